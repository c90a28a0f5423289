using Quorate.Core.Placement;

namespace Quorate.Coordinator;

/// <summary>What front ends see of the node itself. Loop-side.</summary>
public interface INodeAdmin
{
    /// <summary>Null until the first epoch is made.</summary>
    Topology? Topology { get; }

    /// <summary>Whether clients should ask this node. One bool, so anybody may read it, on the loop or not.</summary>
    bool IsReady { get; }

    /// <summary>What there is to say of this node now; it takes a look at every peer.</summary>
    NodeStatus Status();

    /// <summary>
    /// Does what an operator wants of anti-entropy. A pass is only begun here: <see cref="NodeStatus.Repair"/> tells of it.
    /// </summary>
    /// <param name="order">What is wanted.</param>
    /// <returns>Why it was not done, and what to do instead; null where it was.</returns>
    string? Repair(RepairOrder order);
}

/// <summary>A node, as it sees itself.</summary>
/// <param name="Id">16 hex digits.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Zone">As it was configured.</param>
/// <param name="State">"forming" until the first epoch, "starting" until it has caught up on the members, "filling" while it lacks what the node had whose place it took, "ready", and "stopping".</param>
/// <param name="ClusterId">16 hex digits; empty while forming.</param>
/// <param name="Epoch">The newest it has adopted; 0 while forming.</param>
/// <param name="Start">Its start number.</param>
/// <param name="Durability">When a record counts as stored: "fsync", "periodic" (fsynced every second) or "memory".</param>
/// <param name="Entries">In client keyspaces, tombstones included, hints not.</param>
/// <param name="Bytes">Of keys and values; the log takes more.</param>
/// <param name="Hints">Kept here for others; <see cref="PeerStatus.Hints"/> says for whom.</param>
/// <param name="HintsDropped">Since the start: they found no room or grew too old. None of them counted towards W.</param>
/// <param name="Unfit">Partitions that lost something here and do not vote until they are mended.</param>
/// <param name="Space">What the log takes.</param>
/// <param name="Coordinated">What it has done for clients.</param>
/// <param name="UptimeSeconds">Whole seconds since the start.</param>
/// <param name="Peers">The other nodes that it calls.</param>
/// <param name="Gossip">Failure detection here.</param>
/// <param name="Repair">Anti-entropy here.</param>
/// <param name="Tombstones">What is kept of keys that were deleted or have expired.</param>
/// <param name="Mended">What was mended since the start.</param>
public sealed record NodeStatus(
    string Id,
    string Name,
    string Zone,
    string State,
    string ClusterId,
    uint Epoch,
    uint Start,
    string Durability,
    long Entries,
    long Bytes,
    long Hints,
    long HintsDropped,
    int Unfit,
    SpaceFigures Space,
    CoordinatedCounts Coordinated,
    long UptimeSeconds,
    IReadOnlyList<PeerStatus> Peers,
    GossipStatus Gossip,
    RepairStatus Repair,
    TombstoneStatus Tombstones,
    MendCounts? Mended = null);

/// <summary>What is kept of keys that were deleted or have expired.</summary>
/// <param name="Held">Here now, whatever their age.</param>
/// <param name="GoneUpTo">Unix ms: those older are gone for good in all partitions that this node is home to; 0 before the first.</param>
/// <param name="HeldBackBy">Why none go, in words; empty where nothing keeps them.</param>
/// <param name="TooOld">Puts that were refused since the start because they might have undone what is gone.</param>
public sealed record TombstoneStatus(long Held, long GoneUpTo, string HeldBackBy, long TooOld);

/// <summary>Requests this node was the coordinator of, since its start.</summary>
/// <param name="Reads">That ended well.</param>
/// <param name="Writes">That ended well: puts, deletes, clears and read-modify-writes.</param>
/// <param name="Repairs">Write-backs sent to replicas that a read found behind.</param>
/// <param name="Restamps">Puts that lost to a newer version and went out again above it.</param>
/// <param name="Failures">Reads and writes that ended otherwise.</param>
public sealed record CoordinatedCounts(long Reads, long Writes, long Repairs, long Restamps, long Failures);

/// <summary>Another node, as this one sees it.</summary>
/// <param name="Address">Where it is called, as <c>host:port</c>.</param>
/// <param name="Id">16 hex digits; empty until it was heard.</param>
/// <param name="Name">Empty until it was heard.</param>
/// <param name="Connected">Whether this node's own connection to it is up.</param>
/// <param name="ClockOffsetMilliseconds">Its clock minus ours; null where not heard lately.</param>
/// <param name="Problem">Why it is not connected, where that is known.</param>
/// <param name="State">By failure detection: "alive", "suspect", "dead" or "left"; empty before the first epoch.</param>
/// <param name="Since">When it came to be that, in Unix ms by this node's clock.</param>
/// <param name="Hints">What is kept here for it; null before the first epoch.</param>
/// <param name="Repair">Anti-entropy with it, where this node is the one that asks; else null.</param>
public sealed record PeerStatus(
    string Address,
    string Id,
    string Name,
    bool Connected,
    long? ClockOffsetMilliseconds,
    string? Problem,
    string State,
    long? Since,
    HintCounts? Hints = null,
    RepairCounts? Repair = null);

/// <summary>What anti-entropy with a peer has come to since the start.</summary>
/// <param name="Rounds">In which both could compare.</param>
/// <param name="Partitions">That differed and were walked down.</param>
/// <param name="Fetched">Entries that the other had and this node lacked.</param>
/// <param name="Given">Entries that this node had and the other lacked.</param>
public sealed record RepairCounts(long Rounds, long Partitions, long Fetched, long Given);

/// <summary>Partitions that had lost something, and were made fit again from other home replicas.</summary>
/// <param name="Partitions">How many.</param>
/// <param name="Entries">Fetched for them.</param>
/// <param name="Erased">That they still had, although they were deleted and forgotten everywhere else.</param>
public sealed record MendCounts(long Partitions, long Entries, long Erased);

/// <summary>Writes kept for a home replica that could not take them.</summary>
/// <param name="Counted">Those that counted towards the W of an acknowledged write: never dropped.</param>
/// <param name="Uncounted">The others: dropped where they find no room or grow too old.</param>
/// <param name="Bytes">Of keys and values.</param>
/// <param name="HandedOver">Since this node's start.</param>
/// <param name="UnderWay">Sent and not yet taken.</param>
public sealed record HintCounts(long Counted, long Uncounted, long Bytes, long HandedOver, int UnderWay)
{
    /// <summary>Counted and uncounted.</summary>
    public long Total => Counted + Uncounted;
}

/// <summary>Failure detection on this node, since its start.</summary>
/// <param name="Health">Lifeguard's local health: 0 is well, up to 8 the more it doubts itself.</param>
/// <param name="Sent">Datagrams that were to leave, those that could not included.</param>
/// <param name="Received">Messages of this cluster.</param>
/// <param name="Malformed">Datagrams that are no message.</param>
/// <param name="Foreign">Messages of another cluster.</param>
/// <param name="Strangers">Messages from or about nodes that are no members.</param>
/// <param name="SendFailures">Datagrams that could not be handed to the network: it was busy, or the address is of no use.</param>
public sealed record GossipStatus(int Health, long Sent, long Received, long Malformed, long Foreign, long Strangers, long SendFailures);
