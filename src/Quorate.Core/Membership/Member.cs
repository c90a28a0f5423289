namespace Quorate.Core.Membership;

/// <summary>One node as the others know it.</summary>
/// <param name="Id">Never reused.</param>
/// <param name="Name">Unique in its cluster; what people call it.</param>
/// <param name="Zone">Replicas of a key sit in different zones where there are enough.</param>
/// <param name="Weight">Share of the data relative to the others, at least 1.</param>
/// <param name="Endpoints">Where it is reached.</param>
/// <param name="Seat">Whose place it has taken; said of the members of a topology only.</param>
public sealed record Member(NodeId Id, string Name, string Zone, int Weight, Endpoints Endpoints, Seat Seat = default)
{
    /// <summary>The id that its place is made from: of the node that had the place first, so that a replacement moves no data.</summary>
    public NodeId PlacedAs => Seat.Generation == 0 ? Id : Seat.First;
}

/// <summary>A place in a cluster, which outlives the nodes that take it.</summary>
/// <param name="First">The node that had it first; 0 where that is the member itself.</param>
/// <param name="Generation">How often it was taken over.</param>
public readonly record struct Seat(NodeId First, uint Generation);

/// <summary>The four advertised addresses of a node, each <c>host:port</c>; empty where that listener is off.</summary>
/// <param name="Peer">The peer protocol on TCP, and gossip on UDP.</param>
/// <param name="Resp">Redis' protocol.</param>
/// <param name="RespCluster">Redis' protocol for cluster clients, which go to the home replicas themselves.</param>
/// <param name="Http">The API and the console.</param>
public sealed record Endpoints(string Peer, string Resp, string RespCluster, string Http);
