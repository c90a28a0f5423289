using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// Writes a turn's group before anything of that turn is sent, so that a killed process loses nothing, and syncs a second
/// later on the worker.
/// </summary>
internal sealed class PeriodicWriter : LogWriter
{
    private static readonly TimeSpan SyncAfter = TimeSpan.FromSeconds(1);
    private readonly WorkerJob _sync;
    private IDiskFile? _syncing;
    private Segment? _finishing;
    private long _syncingEnd;
    private bool _timerIsSet;

    public PeriodicWriter(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Action<string> onFatal, RecoveredLog found)
        : base(options, disk, loop, worker, onFatal, found)
    {
        _sync = new WorkerJob(loop, worker, Sync, OnSynced);
    }

    public override long Written => End;

    protected override void OnTurnEnding()
    {
        if (Pending.IsEmpty || HasFailed) return;

        try
        {
            Place(Pending).Run();
            Pending.Clear();
            SyncLater();
        }
        catch (IOException failure)
        {
            Fail(failure);
        }
    }

    protected override void OnTimer()
    {
        _timerIsSet = false;
        StartSync();
    }

    protected override void CompleteNow() => _sync.CompleteNow();

    /// <summary>At once where a segment ended: the log may not go far ahead of what is synced.</summary>
    private void SyncLater()
    {
        if (Segments.Retired is not null)
        {
            StartSync();
        }
        else if (!_timerIsSet && !_sync.IsRunning)
        {
            _timerIsSet = true;
            Timer.Change(SyncAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private void StartSync()
    {
        if (_sync.IsRunning || HasFailed) return;
        _finishing = Segments.Retired;
        _syncing = Segments.Current!.File;
        _syncingEnd = End;
        _sync.Start();
    }

    private void Sync()
    {
        _finishing?.Finish();
        _syncing!.Sync();
    }

    private void OnSynced(Exception? failure)
    {
        if (failure is not null)
        {
            Fail(failure);
            return;
        }

        if (_finishing is not null) Segments.ForgetRetired();
        RaiseDurable(_syncingEnd);
        if (End > Durable) SyncLater();
    }
}
