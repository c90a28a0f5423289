using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"What do you hold for this key?"</summary>
public readonly ref struct GetRequest(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, int payloadLimit, bool ofHints = false)
{
    /// <summary>Below this a second copy of the value costs less than a second question would.</summary>
    public const int DigestAbove = 4096;

    public ushort Keyspace { get; } = keyspace;

    public Epochs Epochs { get; } = epochs;

    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>A payload of at most this many bytes comes along; of a longer one only the digest.</summary>
    public int PayloadLimit { get; } = payloadLimit;

    /// <summary>Asks a fallback for the greatest of its hints; it refuses with <see cref="Verdict.NoHint"/> where it keeps none.</summary>
    public bool OfHints { get; } = ofHints;
}

/// <summary>What a replica holds, raw: deleted and expired entries too.</summary>
public readonly ref struct GetReply(
    Verdict verdict, uint start, EntryDigest digest, bool hasPayload, ReadOnlySpan<byte> payload, HybridTimestamp horizon = default)
{
    /// <summary><see cref="Verdict.Answered"/> or a refusal.</summary>
    public Verdict Verdict { get; } = verdict;

    public uint Start { get; } = start;

    public EntryDigest Digest { get; } = digest;

    public bool HasPayload { get; } = hasPayload;

    /// <summary>Valid during the call only.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Of the key's partition there.</summary>
    public HybridTimestamp Horizon { get; } = horizon;

    public static GetReply Refused(Verdict verdict, uint start) => new(verdict, start, default, false, default);
}
