using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator.Facade;

/// <summary>A result of <see cref="IDatabase"/> in memory of its own.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Location">Names the replicas of the outcome.</param>
/// <param name="Found">A read: whether there is a live value. An expiry: whether there was one to give it to.</param>
/// <param name="Value">A read: the value, empty where there is none.</param>
/// <param name="ContentType">A read: as it was given with the put; empty where none was.</param>
/// <param name="Version">The winner's or the one written; none where no replica had anything.</param>
/// <param name="Repaired">A read: how many replicas were behind and were sent what it found.</param>
public readonly record struct DatabaseAnswer(
    Outcome Outcome,
    Location Location,
    bool Found,
    ReadOnlyMemory<byte> Value,
    ReadOnlyMemory<byte> ContentType,
    Version Version,
    int Repaired)
{
    /// <summary>A read: up to where tombstones are gone for good at every replica that answered.</summary>
    public HybridTimestamp Horizon { get; init; }

    /// <summary>Of what never came to a coordinator.</summary>
    public static DatabaseAnswer Failed(OutcomeKind kind) => new(Outcome.Failed(kind), default, false, default, default, Version.None, 0);

    internal static DatabaseAnswer Of(in ReadResult result)
    {
        byte[] payload = result.Entry.Payload.ToArray();
        int split = result.Entry.Head.ContentTypeLength;
        return new DatabaseAnswer(
            result.Outcome, result.Location, !result.Entry.IsAbsent, payload.AsMemory(split), payload.AsMemory(0, split), result.Version, result.Repaired)
        {
            Horizon = result.Horizon,
        };
    }

    internal static DatabaseAnswer Of(in WriteResult result) =>
        new(result.Outcome, result.Location, false, default, default, result.Version, 0);

    internal static DatabaseAnswer Of(in EditResult result) =>
        new(result.Reply.Outcome, result.Location, result.Reply.Applied, default, default, result.Reply.Version, 0);
}
