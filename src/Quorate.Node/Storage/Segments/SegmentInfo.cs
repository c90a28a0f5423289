using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>What is known of one segment beside its bytes.</summary>
internal sealed class SegmentInfo(uint number, long start)
{
    public uint Number => number;

    public long Base { get; } = start;

    /// <summary>Position after its last group.</summary>
    public long End { get; set; } = start;

    /// <summary>Bytes of records that others have superseded, and of headers of groups.</summary>
    public long Dead { get; set; }

    /// <summary>
    /// Bytes of tombstones that are gone for good. They must stay on disk while anything older does that they might hide at the next
    /// start.
    /// </summary>
    public long Reaped { get; set; }

    /// <summary>
    /// Something in it cannot be read: it stays as it is, to be found again at each start, until what it may concern was mended.
    /// </summary>
    public SegmentDamage? Damage { get; set; }

    /// <summary>Bytes of its index snapshot; 0 where there is none.</summary>
    public long SnapshotBytes { get; set; }

    /// <summary>Dead bytes when it was last looked at, and when that was, monotonic ms; null before the first look.</summary>
    private (long Dead, long At)? _lastLook;

    /// <summary>Known from its index snapshot only since the start.</summary>
    public bool IsUnread { get; set; }

    /// <summary>It is being deleted: nobody may begin to read it.</summary>
    public bool IsGoing { get; set; }

    /// <summary>Who reads it now: until they are done it must not go.</summary>
    public int Loads { get; set; }

    /// <summary>Opened by the first load.</summary>
    public IDiskFile? File { get; set; }

    public long Length => End - Base;

    /// <summary>
    /// Whether its records do not die fast: one that loses a sixteenth between two looks is soon compaction's. Answers no at first.
    /// </summary>
    /// <param name="now">Monotonic ms.</param>
    /// <param name="lookEvery">So far apart are looks, ms.</param>
    public bool IsSettled(long now, long lookEvery)
    {
        if (_lastLook is not { } last) _lastLook = (Dead, now);
        else if (now - last.At < lookEvery) return false;
        else if (Dead - last.Dead > Length / 16) _lastLook = (Dead, now);
        else return true;
        return false;
    }

    /// <summary>One more place in it that cannot be read.</summary>
    /// <param name="partition">Null where nobody knows which one it concerns.</param>
    /// <param name="from">Position where that begins.</param>
    /// <param name="to">Position behind it; the same where no bytes are known to be lost.</param>
    public void NoteDamage(int? partition, long from, long to) => (Damage ??= new SegmentDamage()).Add(partition, from, to);

    /// <summary>Where in the file a position is.</summary>
    public long OffsetOf(long position) => position - Base + SegmentHeader.Size;

    /// <summary>Words for a damage.</summary>
    /// <param name="partition">The one it concerns; null where nobody knows.</param>
    /// <param name="position">In this segment.</param>
    public string Describe(int? partition, long position) =>
        $"{(partition is null ? "Something" : $"A record of partition {partition}")} in {Segment.NameOf(Number)} at offset {OffsetOf(position)}";
}
