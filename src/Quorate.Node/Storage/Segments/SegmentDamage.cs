using Quorate.Core.Placement;

namespace Quorate.Node.Storage.Segments;

/// <summary>What cannot be read in a segment, and which partitions it may concern.</summary>
internal sealed class SegmentDamage
{
    private readonly List<(long From, long To)> _lost = [];
    private readonly SortedSet<int> _partitions = [];
    private bool _concernsAll;

    /// <summary>Places where nothing can be read, in no order.</summary>
    public IReadOnlyList<(long From, long To)> Lost => _lost;

    /// <summary>Everything that was lost here has been fetched from elsewhere: the segment may go.</summary>
    public bool IsMended(Predicate<int> isFit) =>
        (_concernsAll ? Enumerable.Range(0, Partition.Count) : _partitions).All(partition => isFit(partition));

    /// <summary>One more place that cannot be read.</summary>
    /// <param name="partition">Null where nobody knows which.</param>
    /// <param name="from">Position where it begins.</param>
    /// <param name="to">Position behind it; the same where no bytes are known to be lost.</param>
    public void Add(int? partition, long from, long to)
    {
        if (partition is { } known) _partitions.Add(known);
        else _concernsAll = true;
        if (from < to) _lost.Add((from, to));
    }

    /// <summary>Where reading can go on behind a place that is known to be lost; null where it is not known to be.</summary>
    public long? EndOf(long position)
    {
        foreach ((long from, long to) in _lost)
        {
            if (from <= position && position < to) return to;
        }

        return null;
    }
}
