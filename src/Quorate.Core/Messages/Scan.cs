using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"Which keys of this partition do you hold, from this hash on?"</summary>
/// <param name="Limit">About how many; those of one hash stay together.</param>
public readonly record struct ScanRequest(ushort Keyspace, Epochs Epochs, ScanPoint From, int Limit)
{
    /// <summary>So that one answer costs a replica a few ms and fits a frame.</summary>
    public const int MaxLimit = 10_000;
}

/// <summary>All keys of the partition that the replica holds from the point asked for through a hash: deleted and expired ones too.</summary>
/// <param name="verdict"><see cref="Verdict.Answered"/> or a refusal.</param>
/// <param name="clear">Of the keyspace there: it hides older entries elsewhere.</param>
/// <param name="through">The last hash that is covered: <see cref="ScanPoint.MaxHash"/> where there are no more.</param>
public readonly ref struct ScanReply(Verdict verdict, Version clear, ulong through, ReadOnlySpan<ScannedKey> keys)
{
    public Verdict Verdict { get; } = verdict;

    public Version Clear { get; } = clear;

    public ulong Through { get; } = through;

    public ReadOnlySpan<ScannedKey> Keys { get; } = keys;

    public static ScanReply Refused(Verdict verdict) => new(verdict, Version.None, 0, default);
}

/// <param name="Head">Of what is held for it, so that a tombstone here hides an older value elsewhere.</param>
public readonly record struct ScannedKey(byte[] Key, EntryHead Head);
