using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>One topology and the connection to each of its members.</summary>
internal sealed class ReplicaTable(Topology topology, int self)
{
    private readonly IReplica?[] _replicas = new IReplica?[topology.Members.Length];

    public Topology Topology => topology;

    public Epochs Epochs { get; } = Epochs.Of(topology.Epoch);

    public int Members => _replicas.Length;

    public IReplica? this[int member]
    {
        get => _replicas[member];
        set => _replicas[member] = value;
    }

    public bool IsReachable(int member) => _replicas[member] is { IsReachable: true };

    /// <summary>Which of a partition's first <paramref name="n"/> can be asked.</summary>
    public ReplicaSet Reachable(int partition, int n)
    {
        ReplicaSet reachable = ReplicaSet.Empty;
        PreferenceList list = topology.PreferenceListOf(partition);
        for (int rank = 0; rank < n; rank++)
        {
            if (IsReachable(list[rank])) reachable = reachable.With(rank);
        }

        return reachable;
    }

    /// <summary>This node's rank, or -1 where it is not among the first <paramref name="n"/>.</summary>
    public int LocalRank(int partition, int n) => RankOf(self, partition, n);

    public int RankOf(int member, int partition, int n)
    {
        int rank = topology.PreferenceListOf(partition).RankOf(member);
        return rank < n ? rank : -1;
    }
}
