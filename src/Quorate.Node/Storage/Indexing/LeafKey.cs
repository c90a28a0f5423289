using Quorate.Core.DataTypes;

namespace Quorate.Node.Storage.Indexing;

/// <summary>A key that is held, and the leaf of the hash tree that it falls into.</summary>
internal readonly record struct LeafKey(int Leaf, byte[] Key, EntryHead Head);
