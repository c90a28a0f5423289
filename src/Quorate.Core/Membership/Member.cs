namespace Quorate.Core.Membership;

/// <summary>One node as the others know it.</summary>
/// <param name="Id">Never reused.</param>
/// <param name="Name">Unique in its cluster; what people call it.</param>
/// <param name="Zone">Replicas of a key sit in different zones where there are enough.</param>
/// <param name="Weight">Share of the data relative to the others, at least 1.</param>
/// <param name="Endpoints">Where it is reached.</param>
public sealed record Member(NodeId Id, string Name, string Zone, int Weight, Endpoints Endpoints);

/// <summary>The four advertised addresses of a node, each <c>host:port</c>; empty where that listener is off.</summary>
public sealed record Endpoints(string Peer, string Resp, string RespCluster, string Http);
