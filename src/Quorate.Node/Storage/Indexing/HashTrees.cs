using System.Text;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;

namespace Quorate.Node.Storage.Indexing;

/// <summary>The hash trees of a node: one for all keyspaces of the same N. Hints have none: they are nobody else's.</summary>
public sealed class HashTrees
{
    private readonly Dictionary<ushort, (HashTree Tree, ulong Seed)> _byKeyspace = [];
    private readonly SortedDictionary<int, HashTree> _byN = [];

    /// <summary>Empty trees, one for each N among the keyspaces.</summary>
    /// <param name="keyspaces">The cluster's table.</param>
    /// <param name="numbers">The store's number of each keyspace.</param>
    /// <param name="now">Monotonic ms.</param>
    public HashTrees(KeyspaceTable keyspaces, ReadOnlySpan<ushort> numbers, Func<long> now)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!_byN.TryGetValue(keyspaces[i].N, out HashTree? tree)) _byN.Add(keyspaces[i].N, tree = new HashTree(now));
            _byKeyspace.Add(numbers[i], (tree, KeyHash.Of(0, Encoding.UTF8.GetBytes(keyspaces[i].Name))));
        }
    }

    /// <summary>Of a store that is compared with no other.</summary>
    public static HashTrees None { get; } = new(new KeyspaceTable([]), [], () => 0);

    /// <summary>The Ns that have a tree, least first.</summary>
    public IEnumerable<int> Ns => _byN.Keys;

    /// <summary>The tree of all keyspaces of an N; null where there is none.</summary>
    public HashTree? Of(int n) => _byN.GetValueOrDefault(n);

    internal TreeSlice? SliceOf(ushort keyspace) =>
        _byKeyspace.TryGetValue(keyspace, out (HashTree Tree, ulong Seed) found) ? new TreeSlice(found.Tree, found.Seed) : null;
}
