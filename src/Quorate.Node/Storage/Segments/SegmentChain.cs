using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// The segment that is written and the one that comes next, whose space is allocated while there is time: a full disk shows
/// here, before anything is logged, and never in a write or an fsync. Loop-side, with the allocation on the worker.
/// </summary>
internal sealed class SegmentChain : IDisposable
{
    /// <summary>Between two tries on a full disk: soon after there is room again, and no storm of calls until then.</summary>
    private const long RetryMilliseconds = 500;
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly ILoop _loop;
    private readonly Action<Exception> _fail;
    private readonly WorkerJob _preparation;
    private Segment? _next;
    private Segment? _prepared;
    private uint _nextNumber;
    private long _retryAt = long.MinValue;

    /// <param name="tail">Where the log ended; null for a new one, which gets its first segment here.</param>
    /// <param name="fail">Told of any error but a full disk.</param>
    public SegmentChain(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Segment? tail, Action<Exception> fail)
    {
        (_options, _disk, _loop, _fail) = (options, disk, loop, fail);
        Current = tail;
        _nextNumber = tail is null ? 1 : tail.Number + 1;
        _preparation = new WorkerJob(loop, worker, Prepare, OnPrepared);
        if (tail is null) PrepareFirst();
    }

    public Segment? Current { get; private set; }

    /// <summary>The one before, while it still has to be finished: until then the log does not go on to a third.</summary>
    public Segment? Retired { get; private set; }

    /// <summary>Whether a group of this size can be written.</summary>
    public bool HasRoom(int groupBytes)
    {
        if (groupBytes <= Current?.Room || (Retired is null && groupBytes <= _next?.Room)) return true;
        PrepareIfNeeded();
        return false;
    }

    /// <summary>Gives a group its place, in a new segment where the current one has no room.</summary>
    /// <param name="position">Where the log ends.</param>
    public int Place(int groupBytes, long position, out bool opensSegment)
    {
        opensSegment = Current is null || groupBytes > Current.Room;
        if (opensSegment)
        {
            if (Retired is not null || _next is null)
                throw new InvalidOperationException("A group was filled that no segment has room for: ask HasRoom first.");
            (Retired, Current, _next) = (Current, _next, null);
            Current.Begin(position);
        }

        int offset = Current!.Take(groupBytes);
        PrepareIfNeeded();
        return offset;
    }

    public void ForgetRetired() => Retired = null;

    public void Dispose()
    {
        _preparation.CompleteNow();
        Retired?.Dispose();
        Current?.Dispose();
        _next?.Dispose();
    }

    private void PrepareIfNeeded()
    {
        bool enough = _next is not null || Current?.Room >= Current?.Capacity / 2;
        if (enough || _preparation.IsRunning || _loop.Now < _retryAt) return;
        _preparation.Start();
    }

    private void Prepare()
    {
        string name = Segment.NameOf(_nextNumber);
        IDiskFile file = _disk.Open(name);
        try
        {
            file.Allocate(_options.SegmentBytes);
            file.Sync();
            _disk.SyncDirectory();
        }
        catch (DiskFullException)
        {
            file.Dispose();
            _disk.Delete(name);
            throw;
        }

        _prepared = new Segment(_nextNumber, file, 0, 0, _options.SegmentBytes);
    }

    private void OnPrepared(Exception? failure)
    {
        if (failure is DiskFullException)
        {
            _retryAt = _loop.Now + RetryMilliseconds;
            return;
        }

        if (failure is not null)
        {
            _fail(failure);
            return;
        }

        (_next, _prepared) = (_prepared, null);
        _nextNumber++;
    }

    /// <summary>A new store has room before its first put, unless the disk is full: then it starts all the same.</summary>
    private void PrepareFirst()
    {
        try
        {
            Prepare();
            OnPrepared(null);
        }
        catch (DiskFullException full)
        {
            OnPrepared(full);
        }
    }
}
