using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Snapshots;

namespace Quorate.Node.Storage.Segments;

/// <summary>Takes a sound record for its value.</summary>
internal delegate void WarmRecord(in Record record, long position);

/// <summary>
/// Reads closed segments again and checks every record. First, after a start, those that the start knew from snapshots only, the
/// newest first and at the pace of compaction, which brings values back into memory as far as the budget goes. Then all of them
/// round and round, slowly: disks forget what nobody reads, and damage is best found while other replicas still have what is lost.
/// The worker reads, the loop takes, in small pieces with pauses.
/// </summary>
internal sealed class Scrub
{
    /// <summary>A piece in two seconds: nobody notices, and a small log is read within minutes or hours.</summary>
    private const long LeastBytesPerSecond = 64 * 1024;

    /// <summary>A large log is read once a week, as disks and file systems are scrubbed.</summary>
    private const long SecondsOfRound = 7 * 24 * 60 * 60;

    /// <summary>Until there is a closed segment.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly LogWriter _log;
    private readonly WarmRecord _warm;
    private readonly DamageFound _onDamage;
    private readonly WorkerJob _reading;
    private readonly ITimer _timer;
    private SegmentInfo? _segment;
    private SegmentReader? _reader;
    private uint _number;
    private int _read;
    private bool _isStopped;

    public Scrub(StoreOptions options, IDisk disk, ILoop loop, IWorker worker, LogWriter log, WarmRecord warm, DamageFound onDamage)
    {
        (_options, _disk, _log, _warm, _onDamage) = (options, disk, log, warm, onDamage);
        _reading = new WorkerJob(loop, worker, () => _read = _reader!.Fill(), OnRead);
        _timer = loop.Time.CreateTimer(_ => GoOn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Pause(TimeSpan.Zero);
    }

    /// <summary>Read and checked since the start.</summary>
    public long Bytes { get; private set; }

    private long BytesPerSecond => _segment!.IsUnread
        ? _options.BackgroundBytesPerSecond
        : Math.Min(Math.Max(LeastBytesPerSecond, _log.Map.Bytes / SecondsOfRound), _options.BackgroundBytesPerSecond);

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
        if (_segment is { IsGoing: true }) Leave();
        if (_segment is null) Begin();
        if (_segment is null)
        {
            Pause(LookAgainAfter);
            return;
        }

        _segment.Loads++; // during the read only: compaction does not wait for a slow round
        _reading.Start();
    }

    private void Begin()
    {
        _segment = _log.Map.FindUnread() ?? _log.Map.FindNextSound(_number, _log.Durable);
        if (_segment is not null) _reader = new SegmentReader(_disk, _segment, _options.StoreId);
    }

    private void OnRead(Exception? failure)
    {
        _segment!.Loads--;
        if (_isStopped) return;
        if (failure is not null)
        {
            _log.Fail(failure);
            return;
        }

        Bytes += _read;
        var pause = TimeSpan.FromSeconds((double)_read / BytesPerSecond);
        Take();
        Pause(pause);
    }

    private void Take()
    {
        while (true)
        {
            ReadStep found = _reader!.Next(out Record record, out _);
            switch (found)
            {
                case ReadStep.Record:
                    if (_segment!.IsUnread) _warm(record, _reader.Position);
                    _reader.Advance(record.Size);
                    break;
                case ReadStep.NeedsMore:
                    return;
                case ReadStep.End:
                    _segment!.IsUnread = false;
                    _number = _segment.Number;
                    Leave();
                    return;
                default:
                    Report(found == ReadStep.Damaged ? record.Partition : null);
                    _reader.SkipTo(_reader.LostEnd);
                    break;
            }
        }
    }

    private void Report(int? partition)
    {
        string when = _segment!.IsUnread ? "first read after the start" : "read again";
        _onDamage(
            _segment, partition, _reader!.LostStart, _reader.LostEnd, $"{_segment.Describe(partition, _reader.LostStart)} was found damaged when it was {when}.");
    }

    private void Leave()
    {
        _reader!.Close();
        (_segment, _reader) = (null, null);
    }

    private void Pause(TimeSpan pause) => _timer.Change(pause, Timeout.InfiniteTimeSpan);
}
