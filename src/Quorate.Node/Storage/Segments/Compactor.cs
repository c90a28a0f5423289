using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Snapshots;

namespace Quorate.Node.Storage.Segments;

/// <summary>Logs a record again if it is live; false where there is no room for it now.</summary>
internal delegate bool KeepRecord(in Record record, ReadOnlySpan<byte> bytes, long position);

/// <summary>Makes look-ups of the first of these records, not checked yet, ready; says of how many.</summary>
internal delegate int ExpectRecords(ReadOnlySpan<byte> records);

/// <summary>
/// Frees the space of superseded records as a log-structured file system does (Rosenblum and Ousterhout 1992): what is
/// live in a mostly dead segment is logged again at the end, by the same group commits as everything else, and once that
/// is durable the segment goes. At whatever step it stops, the log is sound: some records are there twice, and joining
/// them again changes nothing. The worker reads, the loop looks up and appends, in small pieces with pauses.
/// </summary>
internal sealed class Compactor
{
    /// <summary>
    /// So many times the usual pace at most, each segment that waits adding one: 128 MiB a second, which is more than a node can write.
    /// At one pace for all loads the log of a busy node grew as long as it was busy.
    /// </summary>
    private const int MostPaces = 4;

    /// <summary>Between two tries where there was no room.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly LogWriter _log;
    private readonly DroppedSegments _dropped;
    private readonly ExpectRecords _expect;
    private readonly KeepRecord _keep;
    private readonly DamageFound _onDamage;
    private readonly Predicate<int> _isFit;
    private readonly WorkerJob _reading;
    private readonly WorkerJob _dropping;
    private readonly ITimer _timer;
    private Step _step;
    private SegmentInfo? _victim;
    private SegmentReader? _reader;
    private int _waiting = 1;
    private int _read;
    private int _expected;
    private long _from;
    private long _keptEnd;
    private bool _givesFile;
    private bool _isPausing;
    private bool _isStopped;

    /// <summary>Looks for a segment at each commit, from now on, and soon where the start has found one already.</summary>
    /// <param name="options">Whose log, and how many bytes a second.</param>
    /// <param name="disk">Where the segments are.</param>
    /// <param name="loop">Looks up and appends, and counts the pauses.</param>
    /// <param name="worker">Reads and deletes.</param>
    /// <param name="log">What is live is appended there.</param>
    /// <param name="dropped">Where it is noted durably what went.</param>
    /// <param name="expect">Has look-ups ready before they are made.</param>
    /// <param name="keep">Logs again what is live.</param>
    /// <param name="onDamage">Told of what cannot be read.</param>
    /// <param name="isFit">Which partitions are: a damaged segment goes once all that it concerns are.</param>
    public Compactor(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, LogWriter log, DroppedSegments dropped, ExpectRecords expect, KeepRecord keep, DamageFound onDamage, Predicate<int> isFit)
    {
        (_options, _disk, _log, _dropped, _onDamage, _isFit) = (options, disk, log, dropped, onDamage, isFit);
        (_expect, _keep) = (expect, keep);
        _reading = new WorkerJob(loop, worker, Read, OnRead);
        _dropping = new WorkerJob(loop, worker, Drop, OnDropped);
        _timer = loop.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        log.Committed += OnCommitted;
        log.FoundDiskFull += Wake;
        if (log.Map.MayHaveVictim) Pause(RetryAfter);
    }

    private enum Step
    {
        Idle,
        Reading,
        Keeping,
        Committing,
        Dropping,
    }

    /// <summary>Segments dropped since the start.</summary>
    public long Segments { get; private set; }

    /// <summary>Bytes of those.</summary>
    public long Bytes { get; private set; }

    public bool IsRunning => _step != Step.Idle;

    private TimeSpan AfterReading => TimeSpan.FromSeconds((double)_read / _options.BackgroundBytesPerSecond / Math.Clamp(_waiting, 1, MostPaces));

    /// <summary>Ends work under way on the worker. Before the log is closed.</summary>
    public void Stop()
    {
        _isStopped = true;
        _timer.Dispose();
        _reading.CompleteNow();
        _dropping.CompleteNow();
        _reader?.Close();
        _dropped.Close();
    }

    /// <summary>Records have died, and it may be a while until the next commit.</summary>
    public void Wake()
    {
        if (_step == Step.Idle && !_isPausing && _log.Map.MayHaveVictim) Begin();
    }

    private void OnCommitted()
    {
        if (_step == Step.Committing) DropOnceDurable();
        else Wake();
    }

    private void OnTimer()
    {
        _isPausing = false;
        if (_isStopped || _log.HasFailed) return;
        if (_step == Step.Idle) Begin();
        else if (_step == Step.Reading) _reading.Start();
        else if (_step == Step.Keeping) Keep();
        else if (_step == Step.Committing) DropOnceDurable();
    }

    // 1. Choose.
    private void Begin()
    {
        if (_isStopped || _log.HasFailed) return;
        _victim = _log.Map.FindVictim(_log.Durable, _dropped.CanAdd, _isFit, out _waiting);
        if (_victim is null) return;
        _reader = new SegmentReader(_disk, _victim, _options.StoreId);
        _expected = 0;
        _step = Step.Reading;
        _reading.Start();
    }

    // 2. Read a piece, on the worker.
    private void Read()
    {
        _dropped.MakeRoom();
        _read = _reader!.Fill();
    }

    private void OnRead(Exception? failure)
    {
        if (_isStopped) return;
        if (failure is DiskFullException)
        {
            _log.NoteDiskFull();
            GiveUp();
            Pause(RetryAfter);
        }
        else if (failure is not null)
        {
            _log.Fail(failure);
        }
        else
        {
            Keep();
        }
    }

    // 3. Log again what is live in it.
    private void Keep()
    {
        while (true)
        {
            if (--_expected <= 0) _expected = _expect(_reader!.Ahead);
            switch (_reader!.Next(out Record record, out ReadOnlySpan<byte> bytes))
            {
                case ReadStep.Record when _keep(record, bytes, _reader.Position):
                    _reader.Advance(bytes.Length);
                    break;
                case ReadStep.Record:
                    _step = Step.Keeping;
                    Pause(RetryAfter);
                    return;
                case ReadStep.NeedsMore:
                    _step = Step.Reading;
                    Pause(AfterReading);
                    return;
                case ReadStep.End:
                    // What superseded the dead records must be durable too, not only what was kept.
                    _keptEnd = _log.Appended;
                    _step = Step.Committing;
                    DropOnceDurable();
                    return;
                case ReadStep.Damaged or ReadStep.Unreadable when _victim!.Damage?.EndOf(_reader.LostStart) is { } end:
                    if (!_victim.Damage.IsMended(_isFit))
                    {
                        GiveUp(); // somebody else has found it meanwhile
                        return;
                    }

                    _reader.SkipTo(end);
                    break;
                case ReadStep.Damaged:
                    LeaveDamaged(record.Partition);
                    return;
                default:
                    LeaveDamaged(null);
                    return;
            }
        }
    }

    // 4. Wait until all of that is durable, and nobody reads the segment any more.
    private void DropOnceDurable()
    {
        if (_isStopped || _log.HasFailed || _log.Durable < _keptEnd) return;
        if (_victim!.Loads > 0)
        {
            Pause(RetryAfter);
            return;
        }

        _reader!.Close();
        (_from, _keptEnd) = (_dropped.Skip(_log.Map.EndBefore(_victim)), _log.Durable);
        _givesFile = _log.WantsFile && _victim.Damage is null; // a file that damage was found in is better let go of
        _victim.IsGoing = true;
        _step = Step.Dropping;
        _dropping.Start();
    }

    // 5. Drop it, on the worker: first durably say so, then delete it, or leave its file to the next one.
    private void Drop()
    {
        _dropped.Add(_victim!, _from, _keptEnd);
        string name = Segment.NameOf(_victim!.Number);
        if (_givesFile) _disk.Rename(name, Segment.FreeNameOf(_victim.Number));
        else _disk.Delete(name);
        _disk.Delete(SnapshotHeader.NameOf(_victim.Number));
        _disk.SyncDirectory();
    }

    private void OnDropped(Exception? failure)
    {
        if (failure is not null)
        {
            _log.Fail(failure);
            return;
        }

        _log.Map.Remove(_victim!);
        if (_givesFile) _log.Give(_victim!);
        Segments++;
        Bytes += _victim!.Length;
        GiveUp();
        if (!_isStopped) Pause(AfterReading);
    }

    private void LeaveDamaged(int? partition)
    {
        _onDamage(_victim!, partition, _reader!.LostStart, _reader.LostEnd, $"{_victim!.Describe(partition, _reader.LostStart)} was found damaged by compaction.");
        GiveUp();
        Pause(RetryAfter);
    }

    private void GiveUp()
    {
        _reader!.Close();
        (_step, _victim, _reader) = (Step.Idle, null, null);
    }

    private void Pause(TimeSpan pause)
    {
        _isPausing = true;
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }
}
