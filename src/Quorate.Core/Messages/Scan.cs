using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"Which keys of this partition do you hold, from this hash on?"</summary>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Epochs">The topology it is sent under.</param>
/// <param name="From">The partition, and the lowest hash that is still to come.</param>
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
/// <param name="keys">In the order of their hashes. Borrowed.</param>
public readonly ref struct ScanReply(Verdict verdict, Version clear, ulong through, ReadOnlySpan<ScannedKey> keys)
{
    /// <summary><see cref="Verdict.Answered"/> or a refusal.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <summary>The keyspace's clear there; none where it was never cleared.</summary>
    public Version Clear { get; } = clear;

    /// <summary>The last hash that is covered, <see cref="ScanPoint.MaxHash"/> at most.</summary>
    public ulong Through { get; } = through;

    /// <summary>In the order of their hashes; none where it refused. Valid during the call only.</summary>
    public ReadOnlySpan<ScannedKey> Keys { get; } = keys;

    /// <summary>Nothing was scanned.</summary>
    /// <param name="verdict">Why.</param>
    public static ScanReply Refused(Verdict verdict) => new(verdict, Version.None, 0, default);
}

/// <summary>A key that a scan came upon.</summary>
/// <param name="Key">Its bytes, a copy.</param>
/// <param name="Head">Of what is held for it, so that a tombstone here hides an older value elsewhere.</param>
public readonly record struct ScannedKey(byte[] Key, EntryHead Head);
