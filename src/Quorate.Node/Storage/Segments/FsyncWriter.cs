using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// Group commit: while the worker writes and syncs one group the next one collects, so however slow the disk is, one fsync
/// serves all that arrived during the last.
/// </summary>
internal sealed class FsyncWriter : LogWriter
{
    /// <summary>Between two tries to write where the disk gave less room than it had promised.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly WorkerJob _commit;
    private GroupBuffer _writing = new();
    private GroupWrite _write;

    public FsyncWriter(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Action<string> onFatal, RecoveredLog found)
        : base(options, disk, loop, worker, onFatal, found)
    {
        _commit = new WorkerJob(loop, worker, Commit, OnCommitted);
    }

    public override long Written => Durable;

    public override long Waiting => base.Waiting + (_writing.IsEmpty ? 0 : _writing.Length);

    protected override void OnTurnEnding()
    {
        if (Pending.IsEmpty || !_writing.IsEmpty || HasFailed) return;

        (Pending, _writing) = (_writing, Pending);
        _write = Place(_writing);
        _commit.Start();
    }

    protected override void OnTimer()
    {
        if (!_writing.IsEmpty && !_commit.IsRunning) _commit.Start();
    }

    protected override void CompleteNow()
    {
        OnTimer();
        _commit.CompleteNow();
    }

    private void Commit()
    {
        _write.Run();
        _write.File.Sync();
        Segments.Retired?.Finish();
    }

    private void OnCommitted(Exception? failure)
    {
        IsRefusing = failure is DiskFullException;
        if (IsRefusing)
        {
            Timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            NoteDiskFull();
        }
        else if (failure is not null)
        {
            Fail(failure);
        }
        else
        {
            _writing.Clear();
            Segments.ForgetRetired();
            RaiseDurable(End);
        }
    }
}
