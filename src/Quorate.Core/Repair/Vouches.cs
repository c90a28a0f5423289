using Quorate.Core.Messages;
using Quorate.Core.Versions;

namespace Quorate.Core.Repair;

/// <summary>What one home replica states of one partition.</summary>
/// <param name="Member">Its index.</param>
/// <param name="Starts">By member: the highest start number it knows of, its own among them.</param>
/// <param name="UpTo">It takes nothing new at or below.</param>
/// <param name="Horizon">The partition's, as it stands there.</param>
/// <param name="Hash">Of its tombstones above <paramref name="Horizon"/> and up to <paramref name="UpTo"/>; null where it does not vouch.</param>
public readonly record struct PartitionVouch(int Member, uint[] Starts, HybridTimestamp UpTo, HybridTimestamp Horizon, ulong? Hash);

/// <summary>The second round of a horizon's advance (law 5).</summary>
public static class Vouches
{
    /// <summary>
    /// Whether a partition's horizon is where all its home replicas vouch up to: they stand at the same place, hold the same
    /// tombstones, and none of them spoke from a start that another knows to be over.
    /// </summary>
    /// <param name="all">One of each home replica.</param>
    public static bool Agree(ReadOnlySpan<PartitionVouch> all)
    {
        PartitionVouch first = all[0];
        foreach (PartitionVouch vouch in all)
        {
            if (vouch.Hash is null || vouch.Hash != first.Hash || vouch.Horizon != first.Horizon || vouch.UpTo != first.UpTo) return false;
            if (IsOver(vouch, all)) return false;
        }

        return first.UpTo > first.Horizon;
    }

    private static bool IsOver(in PartitionVouch vouch, ReadOnlySpan<PartitionVouch> all)
    {
        foreach (PartitionVouch other in all)
        {
            if (other.Starts[vouch.Member] > vouch.Starts[vouch.Member]) return true;
        }

        return false;
    }
}
