using System.Runtime.InteropServices;

namespace Quorate.Node.Storage.Segments;

/// <summary>Which segment holds which positions, and how much of each is dead. Loop-side.</summary>
internal sealed class SegmentMap
{
    private readonly List<SegmentInfo> _segments = [];
    private bool _isRoomScarce;

    public int Count => _segments.Count;

    public long Bytes { get; private set; }

    public long DeadBytes { get; private set; }

    /// <summary>Of tombstones that are gone for good.</summary>
    public long ReapedBytes { get; private set; }

    /// <summary>A closed segment became mostly dead since <see cref="FindVictim"/> last found none: saves looking.</summary>
    public bool MayHaveVictim { get; private set; }

    /// <summary>A segment was closed since <see cref="FindWithoutSnapshot"/> last found none: saves looking.</summary>
    public bool MayLackSnapshot { get; private set; }

    public IReadOnlyList<SegmentInfo> All => _segments;

    /// <summary>Whether nothing on disk is older.</summary>
    public bool IsOldest(long position) => position < _segments[0].End;

    /// <summary>Rewriting all of the log costs at most eight times what it frees.</summary>
    private bool IsMuchReaped => _segments.Count > 1 && ReapedBytes >= Math.Max(1, Bytes / 8);

    /// <summary>The next segment to be opened begins behind what was lost: mended only once all is.</summary>
    public bool IsGapAhead { get; set; }

    /// <summary>
    /// Rewriting it frees at least twice what it costs: at a half every second byte written under even overwrites was compaction's,
    /// at two thirds it is every third, for a fifth more disk (docs/performance.md).
    /// </summary>
    private bool IsMostlyDead(SegmentInfo segment) => segment.Dead >= (_isRoomScarce ? segment.Length / 2 : segment.Length / 3 * 2);

    private SegmentInfo? Last => _segments.Count > 0 ? _segments[^1] : null;

    /// <summary>A segment begins where the one before ends.</summary>
    public SegmentInfo Open(uint number, long position)
    {
        if (Last is { } last && (IsMostlyDead(last) || last.Damage is not null)) MayHaveVictim = true;
        MayLackSnapshot = true;
        var opened = new SegmentInfo(number, position);
        if (IsGapAhead) opened.NoteDamage(null, position, position);
        IsGapAhead = false;
        _segments.Add(opened);
        return opened;
    }

    /// <summary>A group was added to the last segment.</summary>
    /// <param name="end">Position behind the group.</param>
    /// <param name="dead">
    /// Bytes of its header, which compaction does not copy: else a log of many small groups were never mostly dead, whatever becomes of
    /// its records; and those that were superseded before it had a segment.
    /// </param>
    /// <param name="reaped">Bytes of tombstones in it that were gone for good before.</param>
    public void Extend(long end, long dead, long reaped = 0)
    {
        SegmentInfo last = Last ?? throw new InvalidOperationException("A group was placed before a segment was opened.");
        Bytes += end - last.End;
        last.End = end;
        last.Dead += dead;
        DeadBytes += dead;
        last.Reaped += reaped;
        ReapedBytes += reaped;
    }

    /// <summary>A record was superseded.</summary>
    public void Bury(long position, int bytes)
    {
        SegmentInfo segment = At(position);
        segment.Dead += bytes;
        DeadBytes += bytes;
        if (segment != Last && IsMostlyDead(segment)) MayHaveVictim = true;
    }

    /// <summary>A record's tombstone is gone for good.</summary>
    public void Reap(long position, int bytes)
    {
        At(position).Reaped += bytes;
        ReapedBytes += bytes;
        if (IsMuchReaped) MayHaveVictim = true;
    }

    /// <summary>The segment that holds a position.</summary>
    public SegmentInfo At(long position)
    {
        ReadOnlySpan<SegmentInfo> segments = CollectionsMarshal.AsSpan(_segments);
        if (segments.IsEmpty || position < segments[0].Base) throw new InvalidOperationException($"No segment holds position {position}.");
        if (position >= segments[^1].Base) return segments[^1]; // mostly it is a recent one

        int low = 0;
        int high = segments.Length - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (segments[middle].Base <= position) low = middle;
            else high = middle;
        }

        return segments[low];
    }

    /// <summary>
    /// The closed segment with the largest dead share, if it is mostly dead. Without one, the oldest where much is reaped, or
    /// where another was damaged and all that it concerned is mended: from the oldest such records may go, and round by round the
    /// next is the oldest. Records of tombstones that are gone for good may be among what cannot be read.
    /// </summary>
    /// <param name="durable">All below is durable. A segment is closed for good once something after it is.</param>
    /// <param name="mayDrop">Which ones may go at all.</param>
    /// <param name="isFit">Which partitions are.</param>
    /// <param name="waiting">How many are mostly dead.</param>
    public SegmentInfo? FindVictim(long durable, Predicate<SegmentInfo> mayDrop, Predicate<int> isFit, out int waiting)
    {
        SegmentInfo? victim = null;
        waiting = 0;
        bool mustWait = false;
        bool isRoundWanted = IsMuchReaped;
        foreach (SegmentInfo segment in _segments)
        {
            isRoundWanted |= segment != Last && segment.Damage is { } damage && damage.IsMended(isFit);
            if (segment == Last || segment.Damage is not null || !IsMostlyDead(segment) || !mayDrop(segment)) continue;
            waiting++;
            if (segment.End >= durable) mustWait = true;
            else if (victim is null || segment.Dead * victim.Length > victim.Dead * segment.Length) victim = segment;
        }

        if (victim is null && isRoundWanted && _segments[0] is var oldest && (oldest.Damage?.IsMended(isFit) ?? true) && mayDrop(oldest))
        {
            if (oldest.End >= durable) mustWait = true;
            else victim = oldest;
        }

        MayHaveVictim = mustWait || victim is not null;
        return victim;
    }

    /// <summary>Of the segments without an index snapshot that are to stay, the one that is least dead.</summary>
    /// <param name="durable">All below is durable.</param>
    /// <param name="now">Monotonic ms.</param>
    /// <param name="lookEvery">See <see cref="SegmentInfo.IsSettled"/>.</param>
    /// <param name="waiting">How many there are.</param>
    public SegmentInfo? FindWithoutSnapshot(long durable, long now, long lookEvery, out int waiting)
    {
        SegmentInfo? found = null;
        bool mustWait = false;
        waiting = 0;
        foreach (SegmentInfo segment in _segments)
        {
            if (segment == Last || segment.Damage is not null || segment.IsGoing || segment.SnapshotBytes > 0) continue;
            if (segment.End >= durable || !segment.IsSettled(now, lookEvery))
            {
                mustWait = true;
                continue;
            }

            waiting++;
            if (found is null || segment.Dead * found.Length < found.Dead * segment.Length) found = segment;
        }

        MayLackSnapshot = mustWait || found is not null;
        return found;
    }

    /// <summary>The newest segment that nobody has read since the start.</summary>
    public SegmentInfo? FindUnread() => _segments.FindLast(segment => segment is { IsUnread: true, IsGoing: false });

    /// <summary>The closed segment that comes after one in the round, and is worth reading: nothing in it is known to be damaged.</summary>
    /// <param name="number">The one before; 0 for none.</param>
    /// <param name="durable">All below is durable.</param>
    public SegmentInfo? FindNextSound(uint number, long durable)
    {
        return _segments.Find(segment => segment.Number > number && IsWanted(segment)) ?? _segments.Find(IsWanted);

        bool IsWanted(SegmentInfo segment) => segment != Last && segment is { Damage: null, IsGoing: false } && segment.End < durable;
    }

    /// <summary>Where the segment before one ends; 0 where there is none.</summary>
    public long EndBefore(SegmentInfo segment)
    {
        int index = _segments.IndexOf(segment);
        return index > 0 ? _segments[index - 1].End : 0;
    }

    /// <summary>Partitions were mended: what was damaged may go now.</summary>
    public void Reconsider() => MayHaveVictim = true;

    /// <summary>The disk was found full: from here on compaction takes what is half dead already.</summary>
    public void NoteDiskFull()
    {
        if (_isRoomScarce) return;
        _isRoomScarce = true;
        MayHaveVictim = true;
    }

    public void Remove(SegmentInfo segment)
    {
        if (segment == Last || !_segments.Remove(segment)) throw new InvalidOperationException($"Segment {segment.Number} cannot go.");
        Bytes -= segment.Length;
        DeadBytes -= segment.Dead;
        ReapedBytes -= segment.Reaped;
        segment.File?.Dispose();
    }

    /// <summary>Closes files that were opened to load from.</summary>
    public void Close()
    {
        foreach (SegmentInfo segment in _segments) segment.File?.Dispose();
    }
}
