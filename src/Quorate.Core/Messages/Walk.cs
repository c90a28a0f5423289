using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>Which step of a walk down two hash trees. The numbers are on the wire.</summary>
public enum WalkStep : byte
{
    /// <summary>Are the roots of all partitions that we both are home to equal, as of a cut? Else: which are they?</summary>
    Roots = 1,

    /// <summary>The hashes of a partition's groups, 32 bits each.</summary>
    Groups = 2,

    /// <summary>The hashes of the leaves of some groups, 32 bits each.</summary>
    Leaves = 3,

    /// <summary>The keys in some leaves, and what is held for each, where the asker does not hold the same.</summary>
    Keys = 4,

    /// <summary>The versions of the keyspaces' clears, which no tree shows.</summary>
    Clears = 5,

    /// <summary>What do you vouch for (law 5)?</summary>
    Vouch = 6,
}

/// <summary>A question of anti-entropy to another home replica.</summary>
/// <param name="Step">What is asked.</param>
/// <param name="Epochs">The topology it is sent under.</param>
/// <param name="Asker">Which partitions are meant follows from who asks.</param>
/// <param name="N">Of the keyspaces that the tree is about.</param>
/// <param name="Partition">Of all steps but <see cref="WalkStep.Roots"/> and <see cref="WalkStep.Clears"/>.</param>
/// <param name="Cut">Of <see cref="WalkStep.Roots"/>: what is newer does not count. Zero for the roots as they are.</param>
/// <param name="Hash">Of <see cref="WalkStep.Roots"/>: the asker's roots in one; of the others: what short hashes are salted with.</param>
/// <param name="Nodes">Groups or leaves that are asked for.</param>
public sealed record WalkRequest(WalkStep Step, Epochs Epochs, NodeId Asker, byte N, ushort Partition, HybridTimestamp Cut, ulong Hash, ushort[] Nodes)
{
    /// <summary>Of <see cref="WalkStep.Keys"/>: <see cref="WalkedKey.ShortHash"/> of all that the asker holds in those leaves.</summary>
    public uint[] Held { get; init; } = [];
}

/// <summary>What the other home replica holds there.</summary>
/// <param name="Verdict"><see cref="Verdict.Answered"/>, or why not: <see cref="Verdict.Overloaded"/> where the tree cannot be asked just now.</param>
/// <param name="Hashes">Of roots (none where they are equal), groups or leaves, in the order asked for.</param>
/// <param name="Keys">Of <see cref="WalkStep.Keys"/>; of <see cref="WalkStep.Clears"/> tombstones without a key.</param>
/// <param name="Covered">Of <see cref="WalkStep.Keys"/>: how many of the leaves asked for; the others were too much for one answer.</param>
/// <param name="Vouch">Of <see cref="WalkStep.Vouch"/>.</param>
public sealed record WalkReply(Verdict Verdict, ulong[] Hashes, WalkedKey[] Keys, int Covered, Vouch? Vouch = null)
{
    /// <summary>Of <see cref="WalkStep.Keys"/>: which of <see cref="WalkRequest.Held"/> are of nothing that is held here.</summary>
    public ushort[] Lacking { get; init; } = [];

    /// <summary>Nothing was compared.</summary>
    /// <param name="verdict">Why.</param>
    public static WalkReply Refused(Verdict verdict) => new(verdict, [], [], 0);

    /// <summary>Of roots, groups or leaves.</summary>
    /// <param name="hashes">In the order asked for.</param>
    public static WalkReply Of(ulong[] hashes) => new(Verdict.Answered, hashes, [], 0);
}

/// <summary>A key in a leaf, and what is held for it.</summary>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Key">Its bytes, a copy; empty where a clear is meant.</param>
/// <param name="Head">All but the payload, which is fetched only where it is missing.</param>
public readonly record struct WalkedKey(ushort Keyspace, byte[] Key, EntryHead Head)
{
    /// <summary>Tells keys of all keyspaces apart.</summary>
    public (ushort Keyspace, string Key) Name => (Keyspace, Convert.ToHexString(Key));

    /// <summary>The order of two entries of one key.</summary>
    public int CompareTo(in WalkedKey other) => new EntryDigest(Head, 0).CompareTo(new EntryDigest(other.Head, 0));

    /// <summary>Enough to tell that both hold the same; what one salt hides, the next round's shows.</summary>
    /// <param name="salt">The walk's own, so that two that met once do not meet again.</param>
    public uint ShortHash(ulong salt) => (uint)(TreeSlice.Mix(KeyHash.Of(salt + Keyspace, Key), Head) >> 32);
}
