using Quorate.Core.DataTypes;

namespace Quorate.Core.Repair;

/// <summary>One keyspace within the tree of its N: knows which leaf a key falls into and what its entry hashes to.</summary>
/// <param name="tree">That of the keyspace's N.</param>
/// <param name="seed">The keyspace's, the same on every node.</param>
public sealed class TreeSlice(HashTree tree, ulong seed)
{
    /// <summary>An entry is held for a key that had none.</summary>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">Whose.</param>
    /// <param name="head">What is held.</param>
    public void Add(int partition, ReadOnlySpan<byte> key, in EntryHead head)
    {
        ulong hash = KeyHash.Of(seed, key);
        tree.Change(partition, Leaf(hash), Mix(hash, head), head.Version.Timestamp);
    }

    /// <summary>Another entry is held for a key.</summary>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">Whose.</param>
    /// <param name="old">What was held.</param>
    /// <param name="head">What is held now.</param>
    public void Replace(int partition, ReadOnlySpan<byte> key, in EntryHead old, in EntryHead head)
    {
        ulong hash = KeyHash.Of(seed, key);
        ulong delta = Mix(hash, old) ^ Mix(hash, head);
        if (delta != 0) tree.Change(partition, Leaf(hash), delta, head.Version.Timestamp);
    }

    /// <summary>A key's entry went: it is gone for good, or no longer kept here.</summary>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">Whose.</param>
    /// <param name="head">What was held.</param>
    public void Remove(int partition, ReadOnlySpan<byte> key, in EntryHead head)
    {
        ulong hash = KeyHash.Of(seed, key);
        tree.Change(partition, Leaf(hash), Mix(hash, head), null);
    }

    /// <inheritdoc cref="HashTree.PlaceOf"/>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">Whose leaf.</param>
    public ref readonly ulong PlaceOf(int partition, ReadOnlySpan<byte> key) => ref tree.PlaceOf(partition, LeafOf(key));

    /// <summary>The leaf that a key falls into, 0 to <see cref="HashTree.Leaves"/> − 1.</summary>
    public int LeafOf(ReadOnlySpan<byte> key) => Leaf(KeyHash.Of(seed, key));

    /// <summary>What an entry adds to its leaf: a hash of keyspace, key and all that is agreed on of the entry.</summary>
    public ulong HashOf(ReadOnlySpan<byte> key, in EntryHead head) => Mix(KeyHash.Of(seed, key), head);

    private static int Leaf(ulong keyHash) => (int)Math.BigMul(keyHash, HashTree.Leaves, out _);

    /// <summary>
    /// The payload is left out: a version names one (law 9), and records have checksums. So a register that expires has one
    /// hash, whether a replica has let go of its value yet or not.
    /// </summary>
    internal static ulong Mix(ulong keyHash, in EntryHead head)
    {
        ulong kind = head.Expiry.IsNever ? (ulong)head.Kind << 8 | head.ContentTypeLength : 0;
        ulong hash = KeyHash.Mix(keyHash ^ head.Version.Timestamp.Value, head.Version.Writer.Node.Value);
        hash = KeyHash.Mix(hash ^ head.Version.Writer.Start, kind);
        if (head.Expiry == Expiry.Never) return hash;
        hash = KeyHash.Mix(hash ^ (ulong)head.Expiry.AtMilliseconds, head.Expiry.Generation);
        return KeyHash.Mix(hash ^ head.Expiry.Version.Timestamp.Value, head.Expiry.Version.Writer.Node.Value + head.Expiry.Version.Writer.Start);
    }
}
