namespace Quorate.Core.Placement;

/// <summary>
/// All nodes in the order in which they should hold a partition, as indexes into <see cref="Topology.Members"/>.
/// Every keyspace cuts the same list at its own N, so the home replicas of a smaller N are among those of a larger.
/// </summary>
/// <param name="members">Every member's index once, the one that should hold it first in front.</param>
public readonly ref struct PreferenceList(ReadOnlySpan<ushort> members)
{
    /// <summary>By rank: the index of the member.</summary>
    public ReadOnlySpan<ushort> Members { get; } = members;

    /// <summary>As many as the cluster has members.</summary>
    public int Count => Members.Length;

    /// <summary>The index of the member at a rank, from 0.</summary>
    public ushort this[int rank] => Members[rank];

    /// <summary>The first N; all where there are fewer.</summary>
    /// <param name="n">Copies of every key.</param>
    public ReadOnlySpan<ushort> HomeReplicas(int n) => Members[..Math.Min(n, Members.Length)];

    /// <summary>Those that stand in for home replicas, the first before the second.</summary>
    /// <param name="n">Copies of every key.</param>
    public ReadOnlySpan<ushort> Fallbacks(int n) => Members[Math.Min(n, Members.Length)..];

    /// <summary>A member's place in the list, from 0.</summary>
    public int RankOf(int member) => Members.IndexOf((ushort)member);

    /// <summary>By rank: the index of the member.</summary>
    public static implicit operator ReadOnlySpan<ushort>(PreferenceList list) => list.Members;
}
