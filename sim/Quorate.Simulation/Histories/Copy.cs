using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Simulation.Histories;

/// <summary>What one home replica of a key holds for it, raw: tombstones, expiries and all.</summary>
/// <param name="Verdict">Answered, or why it does not say.</param>
/// <param name="Horizon">Up to where tombstones are gone for good there.</param>
public sealed record Copy(string Key, string Node, Verdict Verdict, EntryHead Head, ReadOnlyMemory<byte> Payload, HybridTimestamp Horizon = default)
{
    public bool IsSameAs(Copy other) =>
        Verdict == Verdict.Answered && other.Verdict == Verdict.Answered && Head == other.Head && Payload.Span.SequenceEqual(other.Payload.Span);

    public override string ToString() =>
        Verdict == Verdict.Answered ? $"{Node} holds {Head}, {Payload.Length} bytes" : $"{Node} does not answer: {Verdict}";
}
