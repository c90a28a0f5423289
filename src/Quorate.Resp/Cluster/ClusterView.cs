using Quorate.Coordinator;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Resp.Cluster;

/// <summary>Slots that a cluster client sends to one node.</summary>
internal readonly record struct SlotRange(int First, int Last, int Member);

/// <summary>
/// The cluster as cluster clients are shown it. Every node is master of the slots whose keys it is the first home replica
/// of, as this node reaches them; nobody is shown as a replica, because clients take a node for one thing only (redis-py
/// keeps a role a node), and every node would be both. A node that is not connected owns nothing, so that clients that ask
/// anew go to the next home replica: any node serves any key, the owner only saves a hop.
/// </summary>
internal sealed class ClusterView
{
    private readonly bool[] _isReachable;

    private ClusterView(Topology topology, NodeStatus self, int n)
    {
        Topology = topology;
        Self = topology.IndexOf(NodeId.Parse(self.Id));
        HashSet<string> connected = [self.Id, .. self.Peers.Where(peer => peer.Connected).Select(peer => peer.Id)];
        _isReachable = [.. topology.Members.Select(member => connected.Contains(member.Id.ToString()))];
        Ranges = FindRanges(n);
    }

    public Topology Topology { get; }

    /// <summary>This node's index among the members.</summary>
    public int Self { get; }

    /// <summary>All slots, in order; none where no node has a cluster listener.</summary>
    public List<SlotRange> Ranges { get; }

    /// <summary>As this node sees it, where each key has <paramref name="n"/> home replicas.</summary>
    public static ClusterView Of(Topology topology, NodeStatus self, int n) => new(topology, self, n);

    public bool IsReachable(int member) => _isReachable[member];

    /// <summary>Whether clients can be sent there at all.</summary>
    public bool IsListening(int member) => Topology.Members[member].Endpoints.RespCluster.Length > 0;

    public IEnumerable<SlotRange> RangesOf(int member) => Ranges.Where(range => range.Member == member);

    private List<SlotRange> FindRanges(int n)
    {
        var ranges = new List<SlotRange>();
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            int owner = OwnerOf(partition, n);
            int first = partition * Partition.SlotsEach, last = first + Partition.SlotsEach - 1;
            if (owner < 0) continue;
            if (ranges.Count > 0 && ranges[^1].Member == owner && ranges[^1].Last == first - 1)
                ranges[^1] = ranges[^1] with { Last = last };
            else
                ranges.Add(new SlotRange(first, last, owner));
        }

        return ranges;
    }

    private int OwnerOf(int partition, int n)
    {
        int second = -1;
        foreach (ushort member in Topology.PreferenceListOf(partition).HomeReplicas(n))
        {
            if (!IsListening(member)) continue;
            if (_isReachable[member]) return member;
            if (second < 0) second = member;
        }

        return second;
    }
}
