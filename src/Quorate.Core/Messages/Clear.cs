using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>
/// "Join a tombstone of this version into every key of the keyspace." The joins of one keyspace are one, of its clear: an
/// entry whose version is not above it is dead. At <see cref="Version.None"/> nothing changes, and the answer is all that is
/// asked for.
/// </summary>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Epochs">The topology it is sent under.</param>
/// <param name="Version">Above all that was acknowledged before; none to ask only.</param>
public readonly record struct ClearRequest(ushort Keyspace, Epochs Epochs, Version Version);

/// <summary>What a replica did of a clear, or how new its entries are.</summary>
/// <param name="verdict">
/// <see cref="Verdict.Stored"/> where nothing at or below the version is live there any more, <see cref="Verdict.Answered"/>
/// where none was given, or a refusal.
/// </param>
/// <param name="newest">The greatest version of any entry of the keyspace there, its clear included.</param>
/// <param name="partitions">Those that it answers for: it is home to them and fit.</param>
/// <param name="start">The replica's start number, as in a <see cref="PutReply"/>.</param>
public readonly struct ClearReply(Verdict verdict, Version newest, in PartitionSet partitions, uint start)
{
    /// <summary><see cref="Verdict.Stored"/>, <see cref="Verdict.Answered"/> or a refusal.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <summary>The greatest version of any entry of the keyspace there, its clear included.</summary>
    public Version Newest { get; } = newest;

    /// <summary>Those that it answers for; none where it refused.</summary>
    public PartitionSet Partitions { get; } = partitions;

    /// <summary>The replica's start number, as in a <see cref="PutReply"/>.</summary>
    public uint Start { get; } = start;

    /// <summary>Nothing was done, and nothing will be.</summary>
    /// <param name="verdict">Why.</param>
    /// <param name="start">The replica's start number; 0 where it was not reached.</param>
    public static ClearReply Refused(Verdict verdict, uint start) => new(verdict, Version.None, default, start);
}
