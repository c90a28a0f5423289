using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;

namespace Quorate.Node.Repair;

/// <summary>What this node's trees show, to itself and to the other home replicas that walk down theirs beside them.</summary>
/// <param name="trees">This node's, one an N.</param>
/// <param name="store">Knows what the trees stand for: keys, clears, what is unfit.</param>
/// <param name="keyspaces">The cluster's table.</param>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="vouch">What this node vouches for, of an N and some partitions.</param>
/// <param name="tellClears">Sends a member this node's clears, which trees do not show: they take entries away.</param>
internal sealed class TreeServer(
    HashTrees trees, LogStore store, KeyspaceTable keyspaces, ushort[] numbers, Func<int, int[], Vouch> vouch, Action<NodeId> tellClears)
{
    /// <summary>Of keys in one answer: it fits a frame, and takes a ms or so.</summary>
    private const int MaxAnswerBytes = 128 * 1024;

    private readonly ulong[] _roots = new ulong[Partition.Count];
    private readonly Dictionary<(NodeId Other, int N), int[]> _shared = [];
    private Topology? _topology;
    private int _self;

    public IEnumerable<int> Ns => trees.Ns;

    public void Adopt(Topology topology, int self)
    {
        (_topology, _self) = (topology, self);
        _shared.Clear();
    }

    public WalkReply Answer(WalkRequest request)
    {
        if (_topology is not { } topology || request.Epochs.Newest != topology.Epoch || topology.IndexOf(request.Asker) < 0 || trees.Of(request.N) is null)
            return WalkReply.Refused(Verdict.WrongEpoch);
        if (request.Step == WalkStep.Vouch)
            return new WalkReply(Verdict.Answered, [], [], 0, vouch(request.N, SharedWith(request.Asker, request.N)));
        if (!store.AreTreesTrue) return WalkReply.Refused(Verdict.Overloaded);
        if (request.Step == WalkStep.Clears) return new WalkReply(Verdict.Answered, [], [.. Clears(request.N)], 0);
        if (request.Step == WalkStep.Roots)
        {
            if (RootsAt(request.N, request.Asker, request.Cut) is not { } roots) return WalkReply.Refused(Verdict.Overloaded);
            if (Combine(request.N, roots) == request.Hash) return WalkReply.Of([]);
            tellClears(request.Asker);
            return WalkReply.Of(roots);
        }

        // What is damaged is no source, and not to be mended from another's point of view either.
        if (!store.IsFit(request.Partition)) return WalkReply.Refused(Verdict.Unfit);
        return request.Step switch
        {
            WalkStep.Groups => WalkReply.Of(Groups(request.N, request.Partition, request.Hash)),
            WalkStep.Leaves => WalkReply.Of(Leaves(request.N, request.Partition, request.Nodes, request.Hash)),
            _ => Keys(request),
        };
    }

    /// <summary>Partitions of which both this node and another are home replicas, in order.</summary>
    public int[] SharedWith(NodeId other, int n)
    {
        if (_shared.TryGetValue((other, n), out int[]? known)) return known;
        Topology topology = _topology!;
        int member = topology.IndexOf(other);
        int[] shared = [.. Enumerable.Range(0, Partition.Count).Where(partition => IsHome(partition, member) && IsHome(partition, _self))];
        _shared.Add((other, n), shared);
        return shared;

        bool IsHome(int partition, int candidate) => topology.PreferenceListOf(partition).HomeReplicas(n).Contains((ushort)candidate);
    }

    /// <summary>The roots of the partitions shared with another; null where they cannot be told.</summary>
    public ulong[]? RootsAt(int n, NodeId other, HybridTimestamp cut)
    {
        if (!store.AreTreesTrue || !trees.Of(n)!.TryRootsAt(cut, _roots)) return null;
        return [.. SharedWith(other, n).Select(partition => _roots[partition])];
    }

    /// <summary>The roots, and the clears of their keyspaces, in one.</summary>
    public ulong Combine(int n, ulong[] roots)
    {
        ulong combined = 0;
        foreach (ulong root in roots) combined = KeyHash.Mix(combined, root);
        for (int keyspace = 0; keyspace < numbers.Length; keyspace++)
        {
            if (keyspaces[keyspace].N != n) continue;
            Version clear = store.ClearOf(numbers[keyspace]);
            combined = KeyHash.Mix(combined ^ clear.Timestamp.Value, clear.Writer.Node.Value + clear.Writer.Start);
        }

        return combined;
    }

    /// <summary>Whom to mend a partition from, and whether this node is home to it: the other home replicas; null where it is not.</summary>
    public int[]? OtherHomes(int partition, int n)
    {
        ushort[] homes = [.. _topology!.PreferenceListOf(partition).HomeReplicas(n)];
        return homes.Contains((ushort)_self) ? [.. homes.Where(member => member != _self).Select(member => (int)member)] : null;
    }

    /// <summary>
    /// How many other home replicas may have what this one lost: who is to be sure of everything that was acknowledged at W walks
    /// so many of them (law 11).
    /// </summary>
    /// <param name="n">Of the keyspaces that are meant: the one with the least W decides.</param>
    /// <param name="homes">All home replicas, this one too.</param>
    public int NeededToMend(int n, int homes) =>
        keyspaces.All.Where(keyspace => keyspace.N == n).Select(keyspace => Core.Repair.Mend.Needed(homes, keyspace.W.Required(homes))).DefaultIfEmpty(0).Max();

    /// <summary>Takes over a clear that another replica has.</summary>
    /// <returns>False where there is no room for it.</returns>
    public bool TakeClear(WalkedKey clear) =>
        clear.Keyspace < numbers.Length && store.Clear(numbers[clear.Keyspace], clear.Head.Version).Verdict == Verdict.Stored;

    private IEnumerable<WalkedKey> Clears(int n)
    {
        for (int keyspace = 0; keyspace < numbers.Length; keyspace++)
        {
            Version clear = store.ClearOf(numbers[keyspace]);
            if (keyspaces[keyspace].N == n && clear != Version.None) yield return new WalkedKey((ushort)keyspace, [], EntryHead.Tombstone(clear));
        }
    }

    public void TellClears(NodeId other) => tellClears(other);

    /// <summary>32 bits are enough to find nearly all differences, and another salt finds the rest in the next round.</summary>
    public ulong[] Groups(int n, int partition, ulong salt) =>
        [.. Enumerable.Range(0, HashTree.Groups).Select(group => KeyHash.Mix(trees.Of(n)!.GroupAt(partition, group), salt) >> 32)];

    public ulong[] Leaves(int n, int partition, ushort[] groups, ulong salt) =>
    [
        .. from parent in groups
           from leaf in Enumerable.Range(parent * HashTree.LeavesOfGroup, HashTree.LeavesOfGroup)
           select KeyHash.Mix(trees.Of(n)!.LeafAt(partition, leaf), salt) >> 32,
    ];

    /// <summary>All that is held in some leaves, with the keyspace's number in the cluster's table.</summary>
    public IEnumerable<(int Leaf, WalkedKey Key)> List(int n, int partition, ushort[] leaves)
    {
        bool[] isWanted = new bool[HashTree.Leaves];
        foreach (ushort leaf in leaves) isWanted[leaf] = true;
        for (int keyspace = 0; keyspace < numbers.Length; keyspace++)
        {
            if (keyspaces[keyspace].N != n) continue;
            foreach (LeafKey found in store.List(numbers[keyspace], partition, isWanted))
                yield return (found.Leaf, new WalkedKey((ushort)keyspace, found.Key, found.Head));
        }
    }

    /// <summary>As many of some leaves as hold no more than a number of entries together, or the first.</summary>
    public ushort[] FirstOf(int n, int partition, ushort[] leaves, int mostEntries, out (int Leaf, WalkedKey Key)[] held)
    {
        ILookup<int, (int Leaf, WalkedKey Key)> byLeaf = List(n, partition, leaves).ToLookup(found => found.Leaf);
        (int taken, int entries) = (0, 0);
        do entries += byLeaf[leaves[taken++]].Count();
        while (taken < leaves.Length && entries + byLeaf[leaves[taken]].Count() <= mostEntries);
        held = [.. leaves[..taken].SelectMany(leaf => byLeaf[leaf])];
        return leaves[..taken];
    }

    /// <summary>Whether a key that another named can be in that tree at all.</summary>
    public bool IsOf(in WalkedKey key, int n, int partition) =>
        key.Keyspace < numbers.Length && keyspaces[key.Keyspace].N == n && Partition.Of(key.Key) == partition;

    private WalkReply Keys(WalkRequest request)
    {
        (int Leaf, WalkedKey Key, uint Hash)[] own =
            [.. List(request.N, request.Partition, request.Nodes).Select(found => (found.Leaf, found.Key, found.Key.ShortHash(request.Hash)))];
        HashSet<uint> held = [.. own.Select(found => found.Hash)];
        HashSet<uint> theirs = [.. request.Held];
        ILookup<int, WalkedKey> byLeaf = own.Where(found => !theirs.Contains(found.Hash)).ToLookup(found => found.Leaf, found => found.Key);
        var keys = new List<WalkedKey>();
        int covered = 0;
        int room = MaxAnswerBytes;
        while (covered < request.Nodes.Length && room > 0)
        {
            foreach (WalkedKey key in byLeaf[request.Nodes[covered]])
            {
                keys.Add(key);
                room -= key.Key.Length + Version.Size;
            }

            covered++;
        }

        ushort[] lacking = [.. Enumerable.Range(0, request.Held.Length).Where(i => !held.Contains(request.Held[i])).Select(i => (ushort)i)];
        return new WalkReply(Verdict.Answered, [], [.. keys], covered) { Lacking = lacking };
    }
}
