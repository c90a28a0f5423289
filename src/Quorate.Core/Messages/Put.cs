using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>"Join this entry into yours": a client's write, a read's write-back, a hint handed over; or "keep it for another".</summary>
public readonly ref struct PutRequest(
    ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, Entry entry, HintFor hint = default, HybridTimestamp? under = null)
{
    /// <summary>Its number in the cluster's table.</summary>
    public ushort Keyspace { get; } = keyspace;

    /// <summary>The topology it is sent under.</summary>
    public Epochs Epochs { get; } = epochs;

    /// <summary>Valid during the call only.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>What to join or keep. Valid during the call only.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>Whom to keep the entry for; nobody where it is for the receiver itself.</summary>
    public HintFor Hint { get; } = hint;

    /// <summary>
    /// Of an entry that home replicas hold: the lowest horizon that they stated, of its partition. Null for what is new, and for a
    /// hint (law 5).
    /// </summary>
    public HybridTimestamp? Under { get; } = under;
}

/// <summary>The home replica that a hint is for.</summary>
/// <param name="Home">0 is nobody.</param>
/// <param name="IsCounted">It counted towards W, so it is never dropped: no room for it is a refusal.</param>
public readonly record struct HintFor(NodeId Home, bool IsCounted)
{
    /// <summary>The entry is for the receiver itself.</summary>
    public bool IsNone => Home.Value == 0;
}

/// <summary>What a replica did of a put.</summary>
/// <param name="Verdict"><see cref="Verdict.Stored"/>, <see cref="Verdict.Superseded"/> or a refusal.</param>
/// <param name="By">The winner there, where superseded.</param>
/// <param name="Start">The replica's start number: an answer from a start known to be over does not count (law 11).</param>
public readonly record struct PutReply(Verdict Verdict, Version By, uint Start);
