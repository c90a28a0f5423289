using Quorate.Core.Quorum;

namespace Quorate.Core.Messages;

/// <summary>"How many live keys of this keyspace do you hold, partition by partition?"</summary>
public readonly record struct CountRequest(ushort Keyspace, Epochs Epochs);

/// <param name="counts">One number a partition that the replica is home to and fit for; -1 elsewhere.</param>
public readonly ref struct CountReply(Verdict verdict, ReadOnlySpan<int> counts)
{
    public Verdict Verdict { get; } = verdict;

    public ReadOnlySpan<int> Counts { get; } = counts;
}
