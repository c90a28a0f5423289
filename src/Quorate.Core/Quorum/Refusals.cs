namespace Quorate.Core.Quorum;

/// <summary>One word for a request that every replica refused or never got.</summary>
public static class Refusals
{
    /// <summary>What the client can act on comes first: a smaller value, then less load, then waiting for nodes.</summary>
    public static OutcomeKind Summarize(in Verdicts verdicts, int replicas)
    {
        var kind = OutcomeKind.Unavailable;
        for (int rank = 0; rank < replicas; rank++)
        {
            if (verdicts[rank] == Verdict.TooLarge) return OutcomeKind.TooLarge;
            if (verdicts[rank] == Verdict.Overloaded) kind = OutcomeKind.Overloaded;
        }

        return kind;
    }
}
