using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>
/// "Join a tombstone of this version into every key of the keyspace." The joins of one keyspace are one, of its clear: an
/// entry whose version is not above it is dead. At <see cref="Version.None"/> nothing changes, and the answer is all that is
/// asked for.
/// </summary>
public readonly record struct ClearRequest(ushort Keyspace, Epochs Epochs, Version Version);

/// <param name="verdict">
/// <see cref="Verdict.Stored"/> where nothing at or below the version is live there any more, <see cref="Verdict.Answered"/>
/// where none was given, or a refusal.
/// </param>
/// <param name="newest">The greatest version of any entry of the keyspace there, its clear included.</param>
/// <param name="partitions">Those that it answers for: it is home to them and fit.</param>
/// <param name="start">The replica's start number, as in a <see cref="PutReply"/>.</param>
public readonly struct ClearReply(Verdict verdict, Version newest, in PartitionSet partitions, uint start)
{
    public Verdict Verdict { get; } = verdict;

    public Version Newest { get; } = newest;

    public PartitionSet Partitions { get; } = partitions;

    public uint Start { get; } = start;

    public static ClearReply Refused(Verdict verdict, uint start) => new(verdict, Version.None, default, start);
}
