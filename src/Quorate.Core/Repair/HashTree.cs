using Quorate.Core.Placement;
using Quorate.Core.Versions;

namespace Quorate.Core.Repair;

/// <summary>
/// What a replica holds of all keyspaces of one N, summed up a partition: a root over 24 groups over 384 leaves, each the XOR of
/// the hashes of the entries whose keys fall there (Merkle's idea, as Dynamo has it in section 4.7; XOR instead of a hash of
/// hashes, so that a write costs one step a level and nothing is ever rebuilt).
/// </summary>
/// <param name="now">Monotonic ms.</param>
public sealed class HashTree(Func<long> now)
{
    /// <summary>Of each partition.</summary>
    public const int Groups = 24;

    /// <summary>Of each group.</summary>
    public const int LeavesOfGroup = 16;

    /// <summary>3 MiB for all partitions. A million keys are between two and three a leaf.</summary>
    public const int Leaves = Groups * LeavesOfGroup;

    /// <summary>In one array: a write waits for memory once here, not for a partition's array and then for its leaf.</summary>
    private readonly ulong[] _leaves = new ulong[Partition.Count * Leaves];
    private readonly ulong[] _roots = new ulong[Partition.Count];
    private readonly RecentChanges _recent = new(now);

    /// <summary>An entry has changed there.</summary>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="leaf">0 to <see cref="Leaves"/> − 1, of this partition.</param>
    /// <param name="delta">Hash of what was held, XOR hash of what is held now.</param>
    /// <param name="timestamp">Of what is held now; null where an entry went, which nothing undoes.</param>
    public void Change(int partition, int leaf, ulong delta, HybridTimestamp? timestamp)
    {
        _leaves[partition * Leaves + leaf] ^= delta;
        _roots[partition] ^= delta;
        if (timestamp is { } at) _recent.Add(partition, delta, at);
    }

    /// <summary>The hash of a leaf; 0 where nothing falls there.</summary>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="leaf">0 to <see cref="Leaves"/> − 1, of this partition.</param>
    public ulong LeafAt(int partition, int leaf) => PlaceOf(partition, leaf);

    /// <summary>Where a leaf is: for whoever wants its memory fetched before it changes.</summary>
    public ref readonly ulong PlaceOf(int partition, int leaf) => ref _leaves[partition * Leaves + leaf];

    /// <summary>The hash of a group: of its leaves in one.</summary>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="group">0 to <see cref="Groups"/> − 1, of this partition.</param>
    public ulong GroupAt(int partition, int group)
    {
        ulong hash = 0;
        foreach (ulong leaf in _leaves.AsSpan(partition * Leaves + group * LeavesOfGroup, LeavesOfGroup)) hash ^= leaf;
        return hash;
    }

    /// <summary>
    /// The roots as they would be had nothing newer than a cut arrived: what is still on its way to some replica is no difference.
    /// </summary>
    /// <param name="cut">Not more than 2 s ago; zero for the roots as they are.</param>
    /// <param name="roots">Room for <see cref="Partition.Count"/>.</param>
    /// <returns>False where too much has arrived since to undo it.</returns>
    public bool TryRootsAt(HybridTimestamp cut, Span<ulong> roots)
    {
        _roots.CopyTo(roots);
        return cut == default || _recent.TryUndo(cut, roots);
    }
}
