using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>What a read found.</summary>
/// <param name="Found">Whether there is a live value.</param>
/// <param name="Value">Its bytes, the caller's to keep; empty where there is none.</param>
/// <param name="ContentType">What it was put with; empty where it was put without, or there is none.</param>
/// <param name="Version">The winner's, or that of what hides it (a delete, an expired value); none where no replica had anything.</param>
/// <param name="Asked">Replicas that were asked.</param>
/// <param name="Answered">Replicas that had answered when this did.</param>
/// <param name="Repaired">Replicas that were behind and were sent what this read found.</param>
public readonly record struct GetResult(bool Found, ReadOnlyMemory<byte> Value, string ContentType, Version Version, int Asked, int Answered, int Repaired)
{
    internal static GetResult Of(in DatabaseAnswer answer) =>
        new(
            answer.Found,
            answer.Value,
            Quorate.ContentType.TextOf(answer.ContentType.Span),
            answer.Version,
            ReplicaCount.Asked(answer.Outcome),
            ReplicaCount.Answered(answer.Outcome),
            answer.Repaired);
}

/// <summary>What a read of a typed value found.</summary>
/// <typeparam name="T">As what it was read.</typeparam>
/// <param name="Found">Whether there is a live value.</param>
/// <param name="Value">The value; the default of T where there is none.</param>
/// <param name="Version">The winner's, or that of what hides it (a delete, an expired value); none where no replica had anything.</param>
/// <param name="Asked">Replicas that were asked.</param>
/// <param name="Answered">Replicas that had answered when this did.</param>
/// <param name="Repaired">Replicas that were behind and were sent what this read found.</param>
public readonly record struct GetResult<T>(bool Found, T? Value, Version Version, int Asked, int Answered, int Repaired);

/// <summary>What a write came to: it is stored as often as was asked.</summary>
/// <param name="Applied">False only for an expiry of a key that has no live value: then nothing was written.</param>
/// <param name="Version">The version written; none where nothing was.</param>
/// <param name="Asked">Replicas that were asked.</param>
/// <param name="Answered">Replicas that had answered when this did; the others are sent it all the same, or a hint is kept for them.</param>
public readonly record struct PutResult(bool Applied, Version Version, int Asked, int Answered)
{
    internal static PutResult Of(in DatabaseAnswer answer, bool applied) =>
        new(applied, answer.Version, ReplicaCount.Asked(answer.Outcome), ReplicaCount.Answered(answer.Outcome));
}

/// <summary>Counts an outcome's verdicts.</summary>
internal static class ReplicaCount
{
    public static int Asked(in Outcome outcome) => Count(outcome, verdict => verdict is not (Verdict.None or Verdict.NotConnected));

    public static int Answered(in Outcome outcome) => Count(outcome, verdict => verdict is Verdict.Answered or Verdict.Stored or Verdict.Superseded);

    private static int Count(in Outcome outcome, Func<Verdict, bool> counts)
    {
        int count = 0;
        foreach (Verdict verdict in outcome.Verdicts)
        {
            if (counts(verdict)) count++;
        }

        return count;
    }
}
