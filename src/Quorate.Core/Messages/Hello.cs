using System.Collections.Immutable;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Core.Messages;

/// <summary>
/// The first message of each side of a connection. It never changes shape below <see cref="LowestProtocol"/>, so that two
/// versions that cannot talk can still say so.
/// </summary>
/// <param name="LowestProtocol">The oldest protocol version the sender speaks.</param>
/// <param name="HighestProtocol">The newest.</param>
/// <param name="Role">Who opened the connection.</param>
/// <param name="Lane">What it is for.</param>
/// <param name="ClusterId">0 until the sender's first epoch is made.</param>
/// <param name="Epoch">The newest epoch the sender has adopted; 0 before the first.</param>
/// <param name="Member">The sender. Of a client the id is the one leased to it, 0 where it has none yet.</param>
/// <param name="Start">The sender's start number.</param>
/// <param name="Keyspaces">What both must agree on, as text so that a refusal can name the difference. A client learns them.</param>
public sealed record Hello(
    ushort LowestProtocol,
    ushort HighestProtocol,
    PeerRole Role,
    Lane Lane,
    ulong ClusterId,
    uint Epoch,
    Member Member,
    uint Start,
    string Keyspaces)
{
    /// <summary>The one protocol version that this build speaks.</summary>
    public const ushort Protocol = 1;

    /// <summary>All members that the sender knows, itself too, and whose places they have; none until its first epoch is made.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Why what it says of the members cannot be; null where it can, or where it names none.</summary>
    public string? Fault => !Members.IsEmpty && Topology.FaultIn(Members) is { } fault ? $"'{Member.Name}' names members of no cluster: {fault}" : null;

    /// <summary>It has an empty disk and wants the place of the member of its name.</summary>
    public bool WantsToReplace { get; init; }

    /// <summary>In a Welcome to a client without one: the id it writes under from now on. 64 random bits, as a node's, so never another's.</summary>
    public NodeId Lease { get; init; }
}

/// <summary>Who opened a connection. The numbers are on the wire.</summary>
public enum PeerRole : byte
{
    /// <summary>A member of the cluster.</summary>
    Node = 1,

    /// <summary>An application's process.</summary>
    Client = 2,
}

/// <summary>What a connection carries, so that bulk transfer never delays requests. The numbers are on the wire.</summary>
public enum Lane : byte
{
    /// <summary>Requests and their answers.</summary>
    Data = 1,

    /// <summary>Repair and transfer.</summary>
    Bulk = 2,
}
