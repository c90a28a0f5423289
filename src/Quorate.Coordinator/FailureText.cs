using System.Text;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator;

/// <summary>A failure in words: whose and how many. One text for every front end.</summary>
public static class FailureText
{
    /// <summary>Of a node whose <see cref="INodeAdmin.IsReady"/> is false.</summary>
    public const string NotReady = "this node is starting and has not caught up on the others, or is about to stop: try again, or another node";

    /// <summary>For example "1 of 3 replicas confirmed, 2 needed: a stored, b not connected, c no answer".</summary>
    public static string Describe(in Outcome outcome, Location location) => outcome.Kind switch
    {
        OutcomeKind.ClockDrift => "this node's clock differs from its peers' by more than the limit; nothing was written: correct its clock, or write through another node",
        OutcomeKind.TooLarge when outcome.Replicas == 0 => "key or value is above the size limit; nothing was written",
        OutcomeKind.Overloaded when outcome.Replicas == 0 => "this node has too many requests in flight; nothing was written: try again",
        OutcomeKind.Invalid when outcome.Replicas == 0 => "the node that was asked has no such keyspace; nothing was written",
        OutcomeKind.Invalid => $"{outcome.Needed} replicas were asked for, but the key has only {outcome.Replicas}",
        _ when location.Topology is null => "this node has not heard all of its peers yet, so the cluster is not formed",
        _ when outcome.Replicas == 0 => "the replica that was to run it refused; nothing was written",
        _ => OfReplicas(outcome, location),
    };

    private static string OfReplicas(in Outcome outcome, Location location)
    {
        var text = new StringBuilder();
        text.Append($"{outcome.Confirmed} of {outcome.Replicas} replicas confirmed, {outcome.Needed} needed:");
        // The outcome may be another coordinator's.
        int replicas = Math.Min(outcome.Replicas, location.Topology!.Members.Length);
        for (int rank = 0; rank < replicas; rank++)
        {
            text.Append(rank == 0 ? " " : ", ").Append(location.NameOf(rank)).Append(' ').Append(Describe(outcome.Verdicts[rank]));
        }

        int ranks = Math.Min(ReplicaSet.MaxReplicas, location.Topology.Members.Length);
        for (int rank = replicas; rank < ranks; rank++)
        {
            Verdict verdict = outcome.Verdicts[rank];
            if (verdict != Verdict.None) text.Append($", fallback {location.NameOf(rank)} {DescribeFallback(verdict)}");
        }

        if (outcome.Kind == OutcomeKind.TimedOut) text.Append("; outcome unknown");
        return text.ToString();
    }

    /// <summary>What a fallback said, which keeps entries for others.</summary>
    public static string DescribeFallback(Verdict verdict) => verdict switch
    {
        Verdict.Stored => "keeps a hint",
        Verdict.Superseded => "keeps a newer hint",
        Verdict.Overloaded => "has no room for a hint",
        _ => Describe(verdict),
    };

    /// <summary>What a home replica said.</summary>
    public static string Describe(Verdict verdict) => verdict switch
    {
        Verdict.None => "not asked",
        Verdict.Pending => "no answer",
        Verdict.Answered => "answered",
        Verdict.Stored => "stored",
        Verdict.Superseded => "has a newer version",
        Verdict.Lost => "connection lost",
        Verdict.NotConnected => "not connected",
        Verdict.Overloaded => "overloaded",
        Verdict.Unfit => "unfit (its partition is damaged)",
        Verdict.WrongEpoch => "knows another topology",
        Verdict.TooLarge => "refused the size",
        Verdict.NoHint => "keeps no hint",
        _ => $"answered {(byte)verdict}",
    };
}
