using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>One topology, and of each of its members the connection, how quick it is, and whether it is suspected.</summary>
/// <param name="topology">Never changed: another one has a table of its own.</param>
/// <param name="self">This node's index; <see cref="QuorumCoordinator.NoMember"/> in a client.</param>
internal sealed class ReplicaTable(Topology topology, int self)
{
    /// <summary>Every so many reads the quick go last, so that one which was slow and is no longer asked is found quick again.</summary>
    private const int ExploreEvery = 32;

    private readonly IReplica?[] _replicas = new IReplica?[topology.Members.Length];
    private readonly LatencyEstimate[] _latencies = new LatencyEstimate[topology.Members.Length];
    private readonly bool[] _isSuspected = new bool[topology.Members.Length];
    private int _reads;

    public Topology Topology => topology;

    public Epochs Epochs { get; } = Epochs.Of(topology.Epoch);

    public int Members => _replicas.Length;

    public IReplica? this[int member]
    {
        get => _replicas[member];
        set => _replicas[member] = value;
    }

    public bool IsReachable(int member) => _replicas[member] is { IsReachable: true };

    /// <summary>
    /// Who keeps an uncounted hint: this node. A client has nowhere to keep one, so there it is the first in the partition's list
    /// who seems to be able to, other than the one whom the hint is for.
    /// </summary>
    public IReplica? HintKeeper(int partition, int home)
    {
        if (self >= 0) return _replicas[self];
        foreach (ushort member in topology.PreferenceListOf(partition).Members)
        {
            if (member != home && IsReachable(member) && !_isSuspected[member]) return _replicas[member];
        }

        return null;
    }

    public bool IsSuspected(int member) => _isSuspected[member];

    public void Suspect(int member, bool isSuspected) => _isSuspected[member] = isSuspected;

    /// <summary>A member has answered.</summary>
    /// <param name="member">Its index.</param>
    /// <param name="microseconds">From the question to the answer.</param>
    public void NoteLatency(int member, int microseconds) => _latencies[member].Add(microseconds);

    /// <summary>How long to wait for a member before it is late, µs.</summary>
    public int LateAfter(int member) => _latencies[member].Late;

    /// <summary>Home replicas that are suspected.</summary>
    public ReplicaSet Suspected(int partition, int n)
    {
        ReplicaSet suspected = ReplicaSet.Empty;
        PreferenceList list = topology.PreferenceListOf(partition);
        for (int rank = 0; rank < n; rank++)
        {
            if (_isSuspected[list[rank]]) suspected = suspected.With(rank);
        }

        return suspected;
    }

    /// <summary>Ranks behind the home replicas that can stand in for one.</summary>
    public ReplicaSet Fallbacks(int partition, int n)
    {
        ReplicaSet fallbacks = ReplicaSet.Empty;
        PreferenceList list = topology.PreferenceListOf(partition);
        int ranks = Math.Min(list.Count, ReplicaSet.MaxReplicas);
        for (int rank = n; rank < ranks; rank++)
        {
            if (IsReachable(list[rank]) && !_isSuspected[list[rank]]) fallbacks = fallbacks.With(rank);
        }

        return fallbacks;
    }

    /// <summary>Own first, then the quickest, then fallbacks, and last those that are suspected.</summary>
    public AskOrder OrderOf(int partition, int n, ReplicaSet fallbacks)
    {
        PreferenceList list = topology.PreferenceListOf(partition);
        Span<int> latencies = stackalloc int[ReplicaSet.MaxReplicas];
        bool isExploring = ++_reads % ExploreEvery == 0;
        for (int rank = 0; rank < n; rank++)
        {
            int mean = _latencies[list[rank]].Mean;
            latencies[rank] = list[rank] == self ? int.MinValue : isExploring ? -mean : mean;
        }

        var order = new AskOrder();
        ReplicaSet suspected = Suspected(partition, n);
        order.AddQuickestFirst(ReplicaSet.FirstOf(n) - suspected, latencies);
        for (ReplicaSet rest = fallbacks; !rest.IsEmpty; rest = rest.Without(rest.First)) order.Add(rest.First);
        order.AddQuickestFirst(suspected, latencies);
        return order;
    }

    /// <summary>Who runs a key's read-modify-writes: the first home replica that is live, as far as this node knows. At least one can be reached.</summary>
    public int FirstLive(int partition, int n)
    {
        ReplicaSet reachable = Reachable(partition, n);
        ReplicaSet live = reachable - Suspected(partition, n);
        return (live.IsEmpty ? reachable : live).First;
    }

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
