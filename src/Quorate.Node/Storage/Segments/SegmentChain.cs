using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// The segment that is written and the one that comes next, whose space is allocated while there is time: a full disk shows
/// here, before anything is logged, and never in a write or an fsync. One more is the spare: on a full disk it serves
/// compaction, which frees more than it takes. Files of dropped segments are used again, as PostgreSQL does with its log's: writing
/// over one is half the work of filling a new one, and its syncs leave the file system's journal alone (docs/performance.md).
/// Loop-side, with the allocation on the worker.
/// </summary>
internal sealed class SegmentChain : IDisposable
{
    /// <summary>As many as are ready at most: more would be kept from everybody else for nothing.</summary>
    private const int MostFree = 2;

    /// <summary>Between two tries on a full disk: soon after there is room again, and no storm of calls until then.</summary>
    private const long RetryMilliseconds = 500;
    private readonly StoreOptions _options;
    private readonly IDisk _disk;
    private readonly ILoop _loop;
    private readonly Action _noteFull;
    private readonly Action<Exception> _fail;
    private readonly WorkerJob _preparation;
    private readonly Queue<Segment> _ready = new();
    private readonly Queue<FreeFile> _free = new();
    private FreeFile? _taken;
    private Segment? _prepared;
    private uint _nextNumber;
    private long _retryAt = long.MinValue;

    /// <summary>Goes on with the log where it ended. Blocks for a new one.</summary>
    /// <param name="options">Says how large segments are.</param>
    /// <param name="disk">Where they are.</param>
    /// <param name="loop">Where it is called.</param>
    /// <param name="worker">Where files are made and allocated.</param>
    /// <param name="tail">Where the log ended; null for a new one, which gets its first segment here.</param>
    /// <param name="nextNumber">Number of the next segment.</param>
    /// <param name="noteFull">Told when there is no room for one more.</param>
    /// <param name="fail">Told of any error but a full disk.</param>
    public SegmentChain(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Segment? tail, uint nextNumber, Action noteFull, Action<Exception> fail)
    {
        (_options, _disk, _loop, _noteFull, _fail) = (options, disk, loop, noteFull, fail);
        Current = tail;
        _nextNumber = nextNumber;
        _preparation = new WorkerJob(loop, worker, Prepare, OnPrepared);
        if (tail is null) PrepareFirst();
    }

    public Segment? Current { get; private set; }

    /// <summary>The one before, while it still has to be finished: until then the log does not go on to a third.</summary>
    public Segment? Retired { get; private set; }

    /// <summary>How many are to be ready: the first is opened without a spare, so that a new store is small.</summary>
    private int Wanted => Current is null ? 1 : Current.Room < Current.Capacity / 2 ? 2 : 0;

    /// <summary>Bytes that were allocated and are not used yet, or no more.</summary>
    public long RoomBytes => (Current?.Room ?? 0) + _ready.Sum(segment => (long)segment.Capacity) + _free.Sum(file => file.Bytes);

    /// <summary>Whether the file of a dropped segment would be used again.</summary>
    public bool WantsFile => _free.Count < MostFree;

    /// <summary>Whether a group of this size can be written.</summary>
    public bool HasRoom(int groupBytes, bool useSpare)
    {
        if (groupBytes <= Current?.Room) return true;
        bool mayOpen = Retired is null && (_ready.Count > 1 || useSpare || Current is null);
        if (mayOpen && _ready.TryPeek(out Segment? next) && groupBytes <= next.Room) return true;
        PrepareIfNeeded();
        return false;
    }

    /// <summary>Gives a group its place, in a new segment where the current one has no room.</summary>
    /// <param name="groupBytes">With its header.</param>
    /// <param name="position">Where the log ends.</param>
    /// <param name="opensSegment">Whether it is the first in a new segment: then the segment's header goes before it.</param>
    public int Place(int groupBytes, long position, out bool opensSegment)
    {
        opensSegment = Current is null || groupBytes > Current.Room;
        if (opensSegment)
        {
            if (Retired is not null || _ready.Count == 0)
                throw new InvalidOperationException("A group was filled that no segment has room for: ask HasRoom first.");
            (Retired, Current) = (Current, _ready.Dequeue());
            Current.Begin(position);
        }

        int offset = Current!.Take(groupBytes);
        PrepareIfNeeded();
        return offset;
    }

    public void ForgetRetired() => Retired = null;

    /// <summary>Takes a dropped segment's file, which has its free name by now.</summary>
    public void Give(uint number, long bytes) => _free.Enqueue(new FreeFile(Segment.FreeNameOf(number), bytes));

    public void Dispose()
    {
        _preparation.CompleteNow();
        Retired?.Dispose();
        Current?.Dispose();
        foreach (Segment ready in _ready) ready.Dispose();
    }

    private void PrepareIfNeeded()
    {
        if (_ready.Count >= Wanted || _preparation.IsRunning || _loop.Now < _retryAt) return;
        _taken = _free.TryDequeue(out FreeFile taken) ? taken : null;
        _preparation.Start();
    }

    private void Prepare()
    {
        string name = Segment.NameOf(_nextNumber);
        if (_taken is { } free) Reuse(free.Name, name);
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

    /// <summary>What the earlier segment left stays, but not its header: nothing says any more that something begins there.</summary>
    private void Reuse(string name, string newName)
    {
        using IDiskFile file = _disk.Open(name);
        file.Write(stackalloc byte[SegmentHeader.Size], 0);
        file.Sync();
        _disk.Rename(name, newName);
    }

    private void OnPrepared(Exception? failure)
    {
        if (failure is DiskFullException)
        {
            _retryAt = _loop.Now + RetryMilliseconds;
            _noteFull();
            return;
        }

        if (failure is not null)
        {
            _fail(failure);
            return;
        }

        _ready.Enqueue(_prepared!);
        _nextNumber++;
        PrepareIfNeeded();
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

    /// <param name="Name">Says which segment it was.</param>
    /// <param name="Bytes">What it takes on disk.</param>
    private readonly record struct FreeFile(string Name, long Bytes);
}
