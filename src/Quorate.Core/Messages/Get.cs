using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"What do you hold for this key?"</summary>
public readonly ref struct GetRequest(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, int payloadLimit, bool ofHints = false)
{
    /// <summary>Below this a second copy of the value costs less than a second question would.</summary>
    public const int DigestAbove = 4096;

    /// <summary>Its number in the cluster's table.</summary>
    public ushort Keyspace { get; } = keyspace;

    /// <summary>The topology it is sent under.</summary>
    public Epochs Epochs { get; } = epochs;

    /// <summary>Valid during the call only.</summary>
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

    /// <summary>The replica's start number, as in a <see cref="PutReply"/>.</summary>
    public uint Start { get; } = start;

    /// <summary>Of what is held there: an absent entry's where nothing is, or where it refused.</summary>
    public EntryDigest Digest { get; } = digest;

    /// <summary>Whether the bytes came along, be they none; else only the digest did.</summary>
    public bool HasPayload { get; } = hasPayload;

    /// <summary>Valid during the call only.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Of the key's partition there.</summary>
    public HybridTimestamp Horizon { get; } = horizon;

    /// <summary>Nothing was read.</summary>
    /// <param name="verdict">Why.</param>
    /// <param name="start">The replica's start number; 0 where it was not reached.</param>
    public static GetReply Refused(Verdict verdict, uint start) => new(verdict, start, default, false, default);
}
