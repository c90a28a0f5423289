using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>Takes a sound record for its value.</summary>
internal delegate void WarmRecord(in Record record, long position);

/// <summary>
/// Reads after a start the segments that the start knew from snapshots only: so that every record is still checked once a
/// start, and values are in memory as far as the budget goes. The worker reads, the loop takes, in small pieces with pauses;
/// the newest segment first.
/// </summary>
internal sealed class Warmup
{
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly LogWriter _log;
    private readonly WarmRecord _warm;
    private readonly DamageFound _onDamage;
    private readonly WorkerJob _reading;
    private readonly ITimer _timer;
    private SegmentInfo? _segment;
    private SegmentReader? _reader;
    private int _read;
    private bool _isStopped;

    public Warmup(StoreOptions options, IDisk disk, ILoop loop, IWorker worker, LogWriter log, WarmRecord warm, DamageFound onDamage)
    {
        (_options, _disk, _log, _warm, _onDamage) = (options, disk, log, warm, onDamage);
        _reading = new WorkerJob(loop, worker, () => _read = _reader!.Fill(), OnRead);
        _timer = loop.Time.CreateTimer(_ => GoOn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends work under way on the worker. Before the log is closed.</summary>
    public void Stop()
    {
        _isStopped = true;
        _timer.Dispose();
        _reading.CompleteNow();
        _reader?.Close();
    }

    private void GoOn()
    {
        if (_isStopped || _log.HasFailed) return;
        if (_segment is null)
        {
            _segment = _log.Map.FindUnread();
            if (_segment is null) return;
            _segment.Loads++;
            _reader = new SegmentReader(_disk, _segment, _options.StoreId);
        }

        _reading.Start();
    }

    private void OnRead(Exception? failure)
    {
        if (_isStopped) return;
        if (failure is not null)
        {
            _log.Fail(failure);
            return;
        }

        ReadStep found;
        Record record;
        while ((found = _reader!.Next(out record, out _)) == ReadStep.Record)
        {
            _warm(record, _reader.Position);
            _reader.Advance(record.Size);
        }

        if (found != ReadStep.NeedsMore) End(found, found == ReadStep.Damaged ? record.Partition : null);
        _timer.Change(TimeSpan.FromSeconds((double)_read / _options.BackgroundBytesPerSecond), Timeout.InfiniteTimeSpan);
    }

    private void End(ReadStep found, int? damaged)
    {
        SegmentInfo segment = _segment!;
        if (found != ReadStep.End)
            _onDamage(segment, damaged, $"{segment.Describe(damaged, _reader!.Position)} was found damaged when it was first read after the start.");
        segment.IsUnread = false;
        segment.Loads--;
        _reader!.Close();
        (_segment, _reader) = (null, null);
    }
}
