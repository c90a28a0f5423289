using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>Told of damage in a segment: the partition it concerns, null where nobody knows, what is lost by it, and a line for people.</summary>
internal delegate void DamageFound(SegmentInfo segment, int? partition, long from, long to, string finding);

/// <summary>
/// Writes an index snapshot beside each segment that gets no more records (Bitcask's hint files) and is to stay, on the worker, in
/// small pieces with pauses; and deletes those that must not be used. Whatever becomes of a snapshot, the log does not depend on it.
/// </summary>
internal sealed class SnapshotWriter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private readonly StoreOptions _options;
    private readonly ILoop _loop;

    /// <summary>
    /// As long as reading a segment takes five times, 10 s: under a load that overwrites, most segments are compaction's before
    /// their snapshot would have been of use.
    /// </summary>
    private readonly long _lookEvery;
    private readonly IDisk _disk;
    private readonly LogWriter _log;
    private readonly DamageFound _onDamage;
    private readonly WorkerJob _writing;
    private readonly WorkerJob _deleting;
    private readonly ITimer _timer;
    private readonly List<SegmentInfo> _unwanted = [];
    private SegmentInfo[] _deleted = [];
    private SegmentInfo? _segment;
    private SegmentReader? _reader;
    private SnapshotFile? _file;
    private ReadStep _found;
    private int? _damaged;
    private long _durable;
    private long _bytes;
    private int _read;
    private int _waiting;
    private bool _isPausing;
    private bool _wasFull;
    private bool _isStopped;

    public SnapshotWriter(StoreOptions options, IDisk disk, ILoop loop, IWorker worker, LogWriter log, DamageFound onDamage)
    {
        (_options, _disk, _loop, _log, _onDamage) = (options, disk, loop, log, onDamage);
        _lookEvery = 1 + 5 * 1000L * options.SegmentBytes / options.BackgroundBytesPerSecond;
        _writing = new WorkerJob(loop, worker, Write, OnWritten);
        _deleting = new WorkerJob(loop, worker, Delete, OnDeleted);
        _timer = loop.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        log.Committed += BeginIfIdle;
        log.FoundDiskFull += MakeRoom;
        if (log.Map.MayLackSnapshot) Pause(RetryAfter);
    }

    /// <summary>Ends work under way on the worker. Before the log is closed.</summary>
    public void Stop()
    {
        _isStopped = true;
        _timer.Dispose();
        _writing.CompleteNow();
        _file?.Dispose();
        _reader?.Close();
        while (_deleting.IsRunning) _deleting.CompleteNow();
    }

    /// <summary>Has the snapshot of a segment deleted: the next start must read the segment itself.</summary>
    public void Discard(SegmentInfo segment)
    {
        if (segment.SnapshotBytes == 0) return;
        segment.SnapshotBytes = 0;
        _unwanted.Add(segment);
        if (!_deleting.IsRunning) StartDeleting();
    }

    private void BeginIfIdle()
    {
        if (_segment is null && !_isPausing && !_wasFull && _log.Map.MayLackSnapshot) Begin();
    }

    private void OnTimer()
    {
        _isPausing = false;
        if (_isStopped || _log.HasFailed) return;
        if (_segment is null) BeginIfIdle();
        else _writing.Start();
    }

    // 1. Choose a segment, and keep it from being dropped meanwhile.
    private void Begin()
    {
        if (_isStopped || _log.HasFailed) return;
        _segment = _log.Map.FindWithoutSnapshot(_log.Durable, _loop.Now, _lookEvery, out _waiting);
        if (_segment is null)
        {
            if (_log.Map.MayLackSnapshot) Pause(TimeSpan.FromMilliseconds(_lookEvery));
            return;
        }

        _segment.Loads++;
        _durable = _log.Durable;
        _reader = new SegmentReader(_disk, _segment, _options.StoreId);
        _writing.Start();
    }

    // 2. Read a piece, check it and write what the index needs of it, on the worker.
    private void Write()
    {
        try
        {
            _file ??= new SnapshotFile(_disk, _segment!.Number);
            _read = _reader!.Fill();
            while ((_found = _reader.Next(out Record record, out ReadOnlySpan<byte> bytes)) == ReadStep.Record)
            {
                _file.Add(bytes, (int)(_reader.Position - _segment!.Base));
                _reader.Advance(record.Size);
            }

            if (_found == ReadStep.End) Finish();
            else if (_found != ReadStep.NeedsMore) FindDamage();
        }
        catch (DiskFullException)
        {
            _file?.Delete();
            throw;
        }
    }

    private void Finish()
    {
        SegmentInfo of = _segment!;
        _bytes = _file!.Finish(new SnapshotHeader(_options.StoreId, of.Number, of.Base, of.End, _durable, 0, 0));
    }

    private void FindDamage()
    {
        _reader!.Next(out Record record, out _);
        _damaged = _found == ReadStep.Damaged ? record.Partition : null;
        _file!.Delete();
    }

    // 3. Go on after a pause, with this segment or the next.
    private void OnWritten(Exception? failure)
    {
        if (_isStopped) return;
        if (failure is not null and not DiskFullException)
        {
            _log.Fail(failure);
        }
        else if (failure is not null)
        {
            End();
            MakeRoom();
        }
        else
        {
            if (_found != ReadStep.NeedsMore) Settle(_segment!);
            Pause(TimeSpan.FromSeconds((double)_read / _options.BackgroundBytesPerSecond / _waiting)); // keeps up with any load
        }
    }

    private void Settle(SegmentInfo segment)
    {
        if (_found == ReadStep.End) segment.SnapshotBytes = _bytes;
        else _onDamage(segment, _damaged, _reader!.LostStart, _reader.LostEnd, $"{segment.Describe(_damaged, _reader.LostStart)} was found damaged when its index snapshot was made.");
        if (_wasFull || segment.Damage is not null) Discard(segment);
        End();
    }

    private void End()
    {
        _segment!.Loads--;
        _reader!.Close();
        (_segment, _reader, _file) = (null, null, null);
    }

    /// <summary>A disk that was full once is spared snapshots until the next start: the log needs the room.</summary>
    private void MakeRoom()
    {
        if (_wasFull) return;
        _wasFull = true;
        foreach (SegmentInfo segment in _log.Map.All) Discard(segment);
    }

    private void StartDeleting()
    {
        _deleted = [.. _unwanted];
        _unwanted.Clear();
        _deleting.Start();
    }

    private void Delete()
    {
        foreach (SegmentInfo segment in _deleted) _disk.Delete(SnapshotHeader.NameOf(segment.Number));
        _disk.SyncDirectory();
    }

    private void OnDeleted(Exception? failure)
    {
        if (failure is not null) _log.Fail(failure);
        else if (_unwanted.Count > 0) StartDeleting();
    }

    private void Pause(TimeSpan pause)
    {
        _isPausing = true;
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }
}
