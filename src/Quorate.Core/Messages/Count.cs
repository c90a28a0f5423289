using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"How many live keys of this keyspace do you hold, partition by partition?"</summary>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Epochs">The topology it is sent under.</param>
public readonly record struct CountRequest(ushort Keyspace, Epochs Epochs);

/// <summary>How many live keys a replica holds.</summary>
/// <param name="verdict"><see cref="Verdict.Answered"/> or a refusal.</param>
/// <param name="clear">Of the keyspace there: a count under an older clear counts what is gone.</param>
/// <param name="counts">One number a partition that the replica is home to and fit for; -1 elsewhere.</param>
public readonly ref struct CountReply(Verdict verdict, Version clear, ReadOnlySpan<int> counts)
{
    /// <summary><see cref="Verdict.Answered"/> or a refusal.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <summary>The keyspace's clear there; none where it was never cleared.</summary>
    public Version Clear { get; } = clear;

    /// <summary>
    /// <see cref="Placement.Partition.Count"/> numbers, -1 where the replica does not answer for the partition; empty where it
    /// refused. Valid during the call only.
    /// </summary>
    public ReadOnlySpan<int> Counts { get; } = counts;

    /// <summary>Nothing was counted.</summary>
    /// <param name="verdict">Why.</param>
    public static CountReply Refused(Verdict verdict) => new(verdict, Version.None, default);
}
