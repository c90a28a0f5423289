using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>Where a request's key lives, under one topology snapshot.</summary>
/// <param name="Replicas">The topology, and who is connected.</param>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Partition">0 to 1,023.</param>
/// <param name="N">Home replicas; 0 where one member alone is asked.</param>
/// <param name="Fallbacks">Ranks that may stand in for home replicas; none where the quorum is strict.</param>
internal readonly record struct RequestSite(ReplicaTable Replicas, ushort Keyspace, int Partition, int N, ReplicaSet Fallbacks = default)
{
    public Location Location => new(Replicas.Topology, Partition);

    /// <summary>The same, with all who may stand in.</summary>
    public RequestSite WithFallbacks() => this with { Fallbacks = Replicas.Fallbacks(Partition, N) };

    /// <summary>Why so many cannot be had, before anybody is asked; null where they can be.</summary>
    public Outcome? RefuseUnreachable(int needed)
    {
        if (needed > N) return new Outcome(OutcomeKind.Invalid, needed, N, 0, default);
        ReplicaSet reachable = Replicas.Reachable(Partition, N);
        if ((reachable | Fallbacks).Count >= needed) return null;

        Verdicts verdicts = default;
        for (int rank = 0; rank < N; rank++) verdicts[rank] = reachable.Contains(rank) ? Verdict.None : Verdict.NotConnected;
        return new Outcome(OutcomeKind.Unavailable, needed, N, 0, verdicts);
    }
}
