using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Node.Repair;

/// <summary>The way down another home replica's tree, beside this node's: from roots to the leaves that differ, and the keys in them.</summary>
/// <param name="window">Told how quickly the other answers.</param>
internal sealed class Descent(WalkLink link, NodeId self, uint epoch, TreeServer trees, YieldingWindow window, ILoop loop, Random random)
{
    /// <summary>The other's roots, none where they are all equal to <paramref name="own"/>; null where it cannot tell.</summary>
    public async Task<ulong[]?> RootsAsync(byte n, HybridTimestamp cut, ulong own)
    {
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Roots, n, 0, []) with { Cut = cut, Hash = own });
        return theirs.Verdict == Verdict.Answered ? theirs.Hashes : null;
    }

    /// <summary>Leaves of a partition that differ; null where the other did not tell.</summary>
    public async Task<ushort[]?> LeavesAsync(byte n, ushort partition)
    {
        long began = loop.Time.GetTimestamp();
        WalkReply groups = await link.AskAsync(Request(WalkStep.Groups, n, partition, []));
        if (groups.Verdict != Verdict.Answered || groups.Hashes.Length != HashTree.Groups)
        {
            window.OnFailure();
            return null;
        }

        window.OnAnswer((int)Math.Min(loop.Time.GetElapsedTime(began).TotalMicroseconds, int.MaxValue));
        ulong[] own = trees.Groups(n, partition);
        ushort[] differing = [.. Enumerable.Range(0, HashTree.Groups).Where(group => own[group] != groups.Hashes[group]).Select(group => (ushort)group)];
        if (differing.Length == 0) return [];

        ulong salt = (ulong)random.NextInt64();
        WalkReply leaves = await link.AskAsync(Request(WalkStep.Leaves, n, partition, differing) with { Hash = salt });
        own = trees.Leaves(n, partition, differing, salt);
        if (leaves.Verdict != Verdict.Answered || leaves.Hashes.Length != own.Length) return null;
        return
        [
            .. from i in Enumerable.Range(0, own.Length)
               where own[i] != leaves.Hashes[i]
               select (ushort)(differing[i / HashTree.LeavesOfGroup] * HashTree.LeavesOfGroup + i % HashTree.LeavesOfGroup),
        ];
    }

    /// <summary>What the other holds in the first of some leaves, and in how many; null where it did not tell.</summary>
    public async Task<(WalkedKey[] Keys, int Covered)?> KeysAsync(byte n, ushort partition, ushort[] leaves)
    {
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Keys, n, partition, leaves));
        if (theirs.Verdict != Verdict.Answered || theirs.Covered == 0 || theirs.Covered > leaves.Length) return null;
        return (theirs.Keys, theirs.Covered);
    }

    /// <summary>The other's clears, as tombstones without a key; null where it did not tell.</summary>
    public async Task<WalkedKey[]?> ClearsAsync(byte n)
    {
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Clears, n, 0, []));
        return theirs.Verdict == Verdict.Answered ? theirs.Keys : null;
    }

    private WalkRequest Request(WalkStep step, byte n, ushort partition, ushort[] nodes) => new(step, Epochs.Of(epoch), self, n, partition, default, 0, nodes);
}
