using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"How many live keys of this keyspace do you hold, partition by partition?"</summary>
public readonly record struct CountRequest(ushort Keyspace, Epochs Epochs);

/// <param name="clear">Of the keyspace there: a count under an older clear counts what is gone.</param>
/// <param name="counts">One number a partition that the replica is home to and fit for; -1 elsewhere.</param>
public readonly ref struct CountReply(Verdict verdict, Version clear, ReadOnlySpan<int> counts)
{
    public Verdict Verdict { get; } = verdict;

    public Version Clear { get; } = clear;

    public ReadOnlySpan<int> Counts { get; } = counts;

    public static CountReply Refused(Verdict verdict) => new(verdict, Version.None, default);
}
