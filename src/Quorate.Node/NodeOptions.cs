using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;

namespace Quorate.Node;

/// <summary>What a node is told at its start.</summary>
/// <param name="Name">Unique in the cluster.</param>
/// <param name="Zone">Replicas of a key sit in different zones where there are enough.</param>
/// <param name="Weight">Share of the data relative to the other nodes, at least 1.</param>
/// <param name="Endpoints">Where others reach it.</param>
/// <param name="Join">
/// Peer addresses of all other members: the cluster forms once every one of them was heard. After that one that answers is enough.
/// </param>
/// <param name="Durability">When a write counts as stored.</param>
/// <param name="Keyspaces">The same on every node: a peer with others is refused.</param>
/// <param name="Limits">Of keys, values and what may be in flight.</param>
/// <param name="SegmentBytes">Size of a log segment; the simulator's are small.</param>
/// <param name="ValueMemoryBytes">Values beyond are read from disk.</param>
/// <param name="Hints">What uncounted hints may take; null for the defaults.</param>
/// <param name="TombstoneAge">How long one is kept at least; null for <see cref="DefaultTombstoneAge"/>.</param>
/// <param name="RepairBytesPerSecond">What this node's anti-entropy moves at most, both ways together.</param>
/// <param name="Replace">With an empty disk: take the place of the member of this name, which is gone for good.</param>
public sealed record NodeOptions(
    string Name,
    string Zone,
    int Weight,
    Endpoints Endpoints,
    IReadOnlyList<string> Join,
    Durability Durability,
    KeyspaceTable Keyspaces,
    Limits Limits,
    int SegmentBytes = 64 * 1024 * 1024,
    long ValueMemoryBytes = 1024L * 1024 * 1024,
    HintLimits? Hints = null,
    TimeSpan? TombstoneAge = null,
    long RepairBytesPerSecond = NodeOptions.UsualRepairBytesPerSecond,
    bool Replace = false)
{
    /// <summary>Longer than anything should be under way.</summary>
    public static readonly TimeSpan DefaultTombstoneAge = TimeSpan.FromDays(1);

    /// <summary>An eighth of a Gbit/s link: a TiB in 18 hours.</summary>
    public const long UsualRepairBytesPerSecond = 16 * 1024 * 1024;
}
