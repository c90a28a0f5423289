using Quorate.Coordinator;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Server.Http;

/// <summary>A cluster as one of its nodes sees it.</summary>
/// <param name="State">That node's: "forming", "starting", "filling", "ready" or "stopping"; see <see cref="NodeStatus"/>.</param>
/// <param name="ClusterId">16 hex digits; empty while forming.</param>
/// <param name="Epoch">Of its topology; 0 while forming.</param>
/// <param name="Partitions">1,024, for the life of a cluster.</param>
/// <param name="Members">In the order of their names; empty while forming.</param>
/// <param name="Peers">The other nodes, as this one is connected to them.</param>
public sealed record ClusterView(
    string State, string ClusterId, uint Epoch, int Partitions, IReadOnlyList<MemberView> Members, IReadOnlyList<PeerStatus> Peers)
{
    internal static ClusterView Of(NodeStatus status, Topology? topology)
    {
        if (topology is null) return new ClusterView(status.State, "", 0, Partition.Count, [], status.Peers);
        var first = new int[topology.Members.Length];
        for (int partition = 0; partition < Partition.Count; partition++) first[topology.PreferenceListOf(partition)[0]]++;
        IEnumerable<MemberView> members = topology.Members.Select((member, index) => MemberView.Of(member, first[index]));
        return new ClusterView(
            status.State, topology.ClusterId.ToString(), topology.Epoch, Partition.Count, [.. members.OrderBy(member => member.Name, StringComparer.Ordinal)], status.Peers);
    }
}

/// <summary>One node of a cluster, as its topology has it.</summary>
/// <param name="Id">16 hex digits; never reused.</param>
/// <param name="Name">Unique in its cluster.</param>
/// <param name="Zone">Replicas of a key sit in different zones where there are enough.</param>
/// <param name="Weight">Share of the data relative to the others, at least 1.</param>
/// <param name="Endpoints">Where it is reached.</param>
/// <param name="FirstHomeShare">Of all partitions, the share this member is the first home replica of: 0 to 1.</param>
public sealed record MemberView(string Id, string Name, string Zone, int Weight, Endpoints Endpoints, double FirstHomeShare)
{
    internal static MemberView Of(Member member, int first) =>
        new(member.Id.ToString(), member.Name, member.Zone, member.Weight, member.Endpoints, Math.Round(first / (double)Partition.Count, 4));
}
