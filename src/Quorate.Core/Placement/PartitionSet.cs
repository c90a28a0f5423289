using System.Runtime.CompilerServices;

namespace Quorate.Core.Placement;

/// <summary>A set of partitions, a bit each.</summary>
[InlineArray(Words)]
public struct PartitionSet
{
    /// <summary>Words of 64 partitions: what it takes on the wire.</summary>
    public const int Words = Partition.Count / 64;

    private ulong _first;

    /// <summary>Whether a partition, 0 to 1,023, is in it.</summary>
    public readonly bool Contains(int partition) => (this[partition / 64] >> partition % 64 & 1) != 0;

    /// <summary>Puts a partition, 0 to 1,023, in.</summary>
    public void Add(int partition) => this[partition / 64] |= 1UL << partition % 64;
}
