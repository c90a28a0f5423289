using System.Runtime.InteropServices;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>What is known of one segment beside its bytes.</summary>
internal sealed class SegmentInfo(uint number, long start)
{
    public uint Number => number;

    public long Base { get; } = start;

    /// <summary>Position after its last group.</summary>
    public long End { get; set; } = start;

    /// <summary>Bytes of records that others have superseded.</summary>
    public long Dead { get; set; }

    /// <summary>Something in it cannot be read: it stays as it is, to be found again at each start.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Loads of records in it that are under way: until they are done it must not go.</summary>
    public int Loads { get; set; }

    /// <summary>Opened by the first load.</summary>
    public IDiskFile? File { get; set; }

    public long Length => End - Base;

    /// <summary>Rewriting it frees at least what it costs.</summary>
    public bool IsMostlyDead => Dead >= Length / 2;

    /// <summary>Where in the file a position is.</summary>
    public long OffsetOf(long position) => position - Base + SegmentHeader.Size;
}

/// <summary>Which segment holds which positions, and how much of each is dead. Loop-side.</summary>
internal sealed class SegmentMap
{
    private readonly List<SegmentInfo> _segments = [];

    public int Count => _segments.Count;

    public long Bytes { get; private set; }

    public long DeadBytes { get; private set; }

    /// <summary>A closed segment became mostly dead since <see cref="FindVictim"/> last found none: saves looking.</summary>
    public bool MayHaveVictim { get; private set; }

    private SegmentInfo? Last => _segments.Count > 0 ? _segments[^1] : null;

    /// <summary>A segment begins where the one before ends.</summary>
    public SegmentInfo Open(uint number, long position)
    {
        if (Last is { IsMostlyDead: true }) MayHaveVictim = true;
        var opened = new SegmentInfo(number, position);
        _segments.Add(opened);
        return opened;
    }

    /// <summary>A group was added to the last segment.</summary>
    /// <param name="dead">Bytes in it that were superseded before it had a segment.</param>
    public void Extend(long end, long dead)
    {
        SegmentInfo last = Last ?? throw new InvalidOperationException("A group was placed before a segment was opened.");
        Bytes += end - last.End;
        last.End = end;
        last.Dead += dead;
        DeadBytes += dead;
    }

    /// <summary>A record was superseded.</summary>
    public void Bury(long position, int bytes)
    {
        SegmentInfo segment = At(position);
        segment.Dead += bytes;
        DeadBytes += bytes;
        if (segment != Last && segment.IsMostlyDead) MayHaveVictim = true;
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

    /// <summary>The closed segment with the largest dead share, if it is half dead at least.</summary>
    /// <param name="durable">All below is durable. A segment is closed for good once something after it is.</param>
    /// <param name="mayDrop">Which ones may go at all.</param>
    public SegmentInfo? FindVictim(long durable, Predicate<SegmentInfo> mayDrop)
    {
        SegmentInfo? victim = null;
        bool mustWait = false;
        foreach (SegmentInfo segment in _segments)
        {
            if (segment == Last || segment.IsDamaged || !segment.IsMostlyDead || !mayDrop(segment)) continue;
            if (segment.End >= durable) mustWait = true;
            else if (victim is null || segment.Dead * victim.Length > victim.Dead * segment.Length) victim = segment;
        }

        MayHaveVictim = mustWait || victim is not null;
        return victim;
    }

    public void Remove(SegmentInfo segment)
    {
        if (segment == Last || !_segments.Remove(segment)) throw new InvalidOperationException($"Segment {segment.Number} cannot go.");
        Bytes -= segment.Length;
        DeadBytes -= segment.Dead;
        segment.File?.Dispose();
    }

    /// <summary>Closes files that were opened to load from.</summary>
    public void Close()
    {
        foreach (SegmentInfo segment in _segments) segment.File?.Dispose();
    }
}
