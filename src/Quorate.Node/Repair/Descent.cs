using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Node.Repair;

/// <summary>What two replicas hold differently in some leaves.</summary>
/// <param name="Theirs">What the other holds and this node does not hold just so.</param>
/// <param name="Mine">The other way round.</param>
/// <param name="Covered">In how many of the leaves asked for; the others were too much for one answer.</param>
internal readonly record struct Differences(WalkedKey[] Theirs, WalkedKey[] Mine, int Covered);

/// <summary>The way down another home replica's tree, beside this node's: from roots to the leaves that differ, and the keys in them.</summary>
/// <param name="link">To the other.</param>
/// <param name="self">This node's id: the other looks up which partitions they share.</param>
/// <param name="epoch">The topology's that both must have.</param>
/// <param name="trees">This node's side.</param>
/// <param name="control">Told of what is moved, and waited for.</param>
/// <param name="window">Told how quickly the other answers.</param>
/// <param name="loop">Times the answers.</param>
/// <param name="random">Draws salts.</param>
internal sealed class Descent(WalkLink link, NodeId self, uint epoch, TreeServer trees, RepairControl control, YieldingWindow window, ILoop loop, Random random)
{
    /// <summary>Of entries whose hashes go with one question for keys: 64 KiB.</summary>
    private const int MostHeld = 16 * 1024;

    /// <summary>What hides a difference once does not hide it again under the next.</summary>
    public ulong NextSalt() => (ulong)random.NextInt64();

    /// <summary>The other's roots, none where they are all equal to <paramref name="own"/>; null where it cannot tell.</summary>
    public async Task<ulong[]?> RootsAsync(byte n, HybridTimestamp cut, ulong own)
    {
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Roots, n, 0, []) with { Cut = cut, Hash = own });
        return theirs.Verdict == Verdict.Answered ? theirs.Hashes : null;
    }

    /// <summary>Leaves of a partition that differ; null where the other did not tell.</summary>
    public async Task<ushort[]?> LeavesAsync(byte n, ushort partition, ulong salt)
    {
        long began = loop.Time.GetTimestamp();
        WalkReply groups = await link.AskAsync(Request(WalkStep.Groups, n, partition, []) with { Hash = salt });
        if (groups.Verdict != Verdict.Answered || groups.Hashes.Length != HashTree.Groups)
        {
            window.OnFailure();
            return null;
        }

        window.OnAnswer((int)Math.Min(loop.Time.GetElapsedTime(began).TotalMicroseconds, int.MaxValue));
        ulong[] own = trees.Groups(n, partition, salt);
        ushort[] differing = [.. Enumerable.Range(0, HashTree.Groups).Where(group => own[group] != groups.Hashes[group]).Select(group => (ushort)group)];
        if (differing.Length == 0) return [];

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

    /// <summary>What differs in the first of some leaves; null where the other did not tell.</summary>
    public async Task<Differences?> KeysAsync(byte n, ushort partition, ushort[] leaves, ulong salt)
    {
        await control.WaitAsync();
        ushort[] asked = trees.FirstOf(n, partition, leaves, MostHeld, out (int Leaf, WalkedKey Key)[] mine);
        uint[] held = [.. mine.Take(ushort.MaxValue).Select(found => found.Key.ShortHash(salt))];
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Keys, n, partition, asked) with { Hash = salt, Held = held });
        control.Spend(held.Length * sizeof(uint) + theirs.Keys.Sum(key => (long)key.Key.Length + Version.Size));
        if (theirs.Verdict != Verdict.Answered || theirs.Covered == 0 || theirs.Covered > asked.Length) return null;
        if (!theirs.Keys.All(key => trees.IsOf(key, n, partition))) return null;

        HashSet<int> covered = [.. asked[..theirs.Covered]];
        WalkedKey[] lacking = [.. theirs.Lacking.Distinct().Where(i => i < mine.Length && covered.Contains(mine[i].Leaf)).Select(i => mine[i].Key)];
        return new Differences(theirs.Keys, lacking, theirs.Covered);
    }

    /// <summary>The other's clears, as tombstones without a key; null where it did not tell.</summary>
    public async Task<WalkedKey[]?> ClearsAsync(byte n)
    {
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Clears, n, 0, []));
        return theirs.Verdict == Verdict.Answered ? theirs.Keys : null;
    }

    private WalkRequest Request(WalkStep step, byte n, ushort partition, ushort[] nodes) => new(step, Epochs.Of(epoch), self, n, partition, default, 0, nodes);
}
