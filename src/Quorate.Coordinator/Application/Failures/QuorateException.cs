using Quorate.Coordinator;
using Quorate.Coordinator.Facade;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>A request failed. Says whose failure it is, and how many replicas had confirmed.</summary>
public abstract class QuorateException : Exception
{
    private protected QuorateException(string message)
        : base(message) => Replicas = [];

    private protected QuorateException(in DatabaseAnswer answer, string? what = null)
        : base((what is null ? "" : $"{what}: ") + FailureText.Describe(answer.Outcome, answer.Location))
    {
        Outcome outcome = answer.Outcome;
        Topology? topology = answer.Location.Topology;
        (Needed, Confirmed) = (outcome.Needed, outcome.Confirmed);
        var replicas = new List<ReplicaAnswer>();
        int ranks = Math.Min(ReplicaSet.MaxReplicas, topology?.Members.Length ?? 0);
        for (int rank = 0; rank < ranks; rank++)
        {
            if (rank < outcome.Replicas || outcome.Verdicts[rank] != Verdict.None)
                replicas.Add(new ReplicaAnswer(answer.Location.NameOf(rank), rank < outcome.Replicas, outcome.Verdicts[rank]));
        }

        Replicas = replicas;
    }

    /// <summary>How many replicas had to confirm; 0 where it was refused before that was known.</summary>
    public int Needed { get; }

    /// <summary>How many did.</summary>
    public int Confirmed { get; }

    /// <summary>What each replica had to say, the key's home replicas first; empty where none was asked.</summary>
    public IReadOnlyList<ReplicaAnswer> Replicas { get; }
}

/// <summary>What one replica had to say to a request that failed.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="IsHome">Whether it is a home replica of the key; else a fallback that was asked to stand in.</param>
/// <param name="Verdict">Its word.</param>
public readonly record struct ReplicaAnswer(string Node, bool IsHome, Verdict Verdict);
