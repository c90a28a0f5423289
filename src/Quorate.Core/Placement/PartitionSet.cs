using System.Runtime.CompilerServices;

namespace Quorate.Core.Placement;

/// <summary>A set of partitions, a bit each.</summary>
[InlineArray(Words)]
public struct PartitionSet
{
    /// <summary>Words of 64 partitions: what it takes on the wire.</summary>
    public const int Words = Partition.Count / 64;

    private ulong _first;

    public readonly bool Contains(int partition) => (this[partition / 64] >> partition % 64 & 1) != 0;

    public void Add(int partition) => this[partition / 64] |= 1UL << partition % 64;
}
