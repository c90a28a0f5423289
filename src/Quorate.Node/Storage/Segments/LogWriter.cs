using Quorate.Coordinator.Environment;
using Quorate.Core.Quorum;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>Appends records to the log: collects a turn's in a group and puts it on disk when the turn ends. Loop-side.</summary>
internal abstract class LogWriter
{
    private readonly StoreOptions _options;
    private readonly ILoop _loop;
    private readonly Action<string> _onFatal;
    private long _pendingDead;
    private long _pendingReaped;

    protected LogWriter(
        StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Action<string> onFatal, RecoveredLog found)
    {
        (_options, _loop, _onFatal) = (options, loop, onFatal);
        Map = found.Map;
        Segments = new SegmentChain(options, disk, loop, worker, found.Tail, found.NextNumber, NoteDiskFull, Fail);
        End = Durable = found.End;
        Timer = loop.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        loop.TurnEnding += OnTurnEnding;
    }

    /// <summary>On the loop: <see cref="Durable"/> has moved.</summary>
    public event Action? Committed;

    /// <summary>On the loop: the log wanted more room than the disk has.</summary>
    public event Action? FoundDiskFull;

    /// <summary>All records below this position survive power loss.</summary>
    public long Durable { get; private set; }

    /// <summary>The disk failed: nothing is logged or confirmed any more.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The log's segments.</summary>
    public SegmentMap Map { get; }

    /// <summary>All records below this position can be read from disk, whether or not they survive power loss.</summary>
    public abstract long Written { get; }

    /// <summary>Bytes that its files take, with those that are prepared.</summary>
    public long DiskBytes => Map.Bytes + (long)Map.Count * SegmentHeader.Size + Segments.RoomBytes;

    /// <summary>All records appended so far are below this position.</summary>
    public long Appended => Pending.IsEmpty ? End : End + Pending.Length;

    /// <summary>Bytes that are not written yet.</summary>
    public virtual long Waiting => Pending.IsEmpty ? 0 : Pending.Length;

    protected SegmentChain Segments { get; }

    protected ITimer Timer { get; }

    /// <summary>Records since the last turn that wrote.</summary>
    protected GroupBuffer Pending { get; set; } = new();

    /// <summary>Position where the pending group will begin.</summary>
    protected long End { get; private set; }

    /// <summary>Refuses everything for now, although there may be room.</summary>
    protected bool IsRefusing { get; set; }

    /// <summary>
    /// Room for one record, to be filled at once, and its position; or why not: <see cref="Verdict.Overloaded"/>, or
    /// <see cref="Verdict.TooLarge"/> for one that no group can hold.
    /// </summary>
    /// <param name="bytes">Of the whole record.</param>
    /// <param name="useSpare">Whether the last space on a full disk may be used: only for what frees more.</param>
    /// <param name="record">The room, good until the next append; empty where it was refused.</param>
    /// <param name="position">Where the record is in the log; 0 where it was refused.</param>
    public Verdict TryAppend(int bytes, bool useSpare, out Span<byte> record, out long position)
    {
        record = default;
        position = 0;
        int groupBytes = Pending.Length + bytes;
        if (groupBytes > _options.GroupBytes || IsRefusing || !Segments.HasRoom(groupBytes, useSpare))
            return CanEverHold(bytes) ? Verdict.Overloaded : Verdict.TooLarge;

        position = End + Pending.Length;
        record = Pending.Append(bytes);
        return Verdict.Stored;
    }

    public void NoteDiskFull()
    {
        Map.NoteDiskFull();
        FoundDiskFull?.Invoke();
    }

    /// <summary>Whether the file of a dropped segment is wanted: see <see cref="Give"/>.</summary>
    public bool WantsFile => Segments.WantsFile;

    /// <summary>A dropped segment's file, for a segment to come.</summary>
    public void Give(SegmentInfo dropped) => Segments.Give(dropped.Number, SegmentHeader.Size + dropped.Length);

    /// <summary>A record was superseded: what it takes on disk is dead.</summary>
    public void Bury(long position, int bytes)
    {
        if (position < End) Map.Bury(position, bytes);
        else _pendingDead += bytes;
    }

    /// <summary>A record's tombstone is gone for good.</summary>
    public void Reap(long position, int bytes)
    {
        if (position < End) Map.Reap(position, bytes);
        else _pendingReaped += bytes;
    }

    /// <summary>
    /// Writes and syncs what is there and an empty group after it, which says that all before it is durable: so that damage
    /// to the last group of a log that was closed is known for what it is. Blocks.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Close()
    {
        _loop.TurnEnding -= OnTurnEnding;
        try
        {
            if (!HasFailed) CompleteNow();
            bool isWritable = !HasFailed && !IsRefusing;
            IsRefusing = true;
            if (isWritable && End + Pending.Length > GroupHeader.Size) WriteRest();
        }
        finally
        {
            Timer.Dispose();
            Segments.Dispose();
        }
    }

    /// <summary>
    /// Ends everything. After a failed write or fsync nobody knows what the disk holds, and the kernel may drop the pages
    /// and report success to a second call: so there is none.
    /// </summary>
    public void Fail(Exception failure)
    {
        if (HasFailed) return;
        HasFailed = true;
        _onFatal(
            $"The log could not be written or read ({failure.Message}), so this node can confirm nothing more and stops. "
            + "Check the disk, then start it again: it recovers what is sound.");
    }

    protected abstract void OnTurnEnding();

    protected abstract void OnTimer();

    /// <summary>Ends work under way on the worker.</summary>
    protected abstract void CompleteNow();

    /// <summary>Gives a group its place in the log, as bytes to write.</summary>
    protected GroupWrite Place(GroupBuffer group)
    {
        int offset = Segments.Place(group.Length, End, out bool opensSegment);
        Segment segment = Segments.Current!;
        ReadOnlyMemory<byte> bytes = opensSegment
            ? group.Seal(new SegmentHeader(_options.StoreId, segment.Number, End), Durable, segment.Room)
            : group.Seal(_options.StoreId, End, Durable, segment.Room);
        if (opensSegment) Map.Open(segment.Number, End);
        End += group.Length;
        Map.Extend(End, GroupHeader.Size + _pendingDead, _pendingReaped);
        _pendingDead = _pendingReaped = 0;
        return new GroupWrite(segment.File, opensSegment ? 0 : offset, bytes);
    }

    protected void RaiseDurable(long position)
    {
        if (position < Durable) throw new InvalidOperationException($"The log would go back from {Durable} to {position}.");
        Durable = position;
        Committed?.Invoke();
    }

    private bool CanEverHold(int recordBytes)
    {
        int groupBytes = Math.Min(_options.GroupBytes, _options.SegmentBytes - SegmentHeader.Size);
        return GroupHeader.Size + recordBytes <= groupBytes;
    }

    private void WriteRest()
    {
        if (!Pending.IsEmpty) WritePending();
        SyncAll();
        if (!Segments.HasRoom(Pending.Length, useSpare: true)) return;
        WritePending();
        SyncAll();
    }

    private void WritePending()
    {
        Place(Pending).Run();
        Pending.Clear();
    }

    private void SyncAll()
    {
        Segments.Retired?.Finish();
        Segments.ForgetRetired();
        Segments.Current?.File.Sync();
        RaiseDurable(End);
    }

    /// <summary>A group and its place on disk.</summary>
    protected readonly record struct GroupWrite(IDiskFile File, long Offset, ReadOnlyMemory<byte> Bytes)
    {
        public void Run() => File.Write(Bytes.Span, Offset);
    }
}
