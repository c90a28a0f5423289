using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>What a node is asked to coordinate. The numbers are on the wire.</summary>
public enum AskKind : byte
{
    /// <summary>Answer with what is live.</summary>
    Read = 1,

    /// <summary>Put an entry that has its version already, or a tombstone.</summary>
    Write = 2,

    /// <summary>Run a read-modify-write.</summary>
    Edit = 3,
}

/// <summary>"Coordinate this request for me": from a client that leaves the fan-out to a node.</summary>
/// <param name="kind">Which of the three.</param>
/// <param name="keyspace">Its number in the cluster's table.</param>
/// <param name="key">Borrowed.</param>
/// <param name="options">What the request says for itself; the rest comes from its keyspace.</param>
/// <param name="entry">Of a write, with the version that the client gave it.</param>
/// <param name="isAboveAcknowledged">Of a write: that version was taken above an <see cref="AskReply"/> that had heard enough.</param>
/// <param name="edit">Of an edit.</param>
public readonly ref struct AskRequest(
    AskKind kind, ushort keyspace, ReadOnlySpan<byte> key, RequestOptions options, Entry entry, bool isAboveAcknowledged, RegisterEdit edit)
{
    /// <summary>Which of the three.</summary>
    public AskKind Kind { get; } = kind;

    /// <summary>Its number in the cluster's table.</summary>
    public ushort Keyspace { get; } = keyspace;

    /// <summary>Valid during the call only.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>What the request says for itself; the rest comes from its keyspace.</summary>
    public RequestOptions Options { get; } = options;

    /// <summary>Of a write, with its version. Valid during the call only.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>Of a write: its version was taken above an <see cref="AskReply"/> that had heard enough.</summary>
    public bool IsAboveAcknowledged { get; } = isAboveAcknowledged;

    /// <summary>Of an edit. Valid during the call only.</summary>
    public RegisterEdit Edit { get; } = edit;
}

/// <summary>What came of it.</summary>
public readonly ref struct AskReply(Outcome outcome, Version version, Entry entry, bool flag, long number, HybridTimestamp horizon = default)
{
    /// <summary>How it ended, in the words of the node's coordinator.</summary>
    public Outcome Outcome { get; } = outcome;

    /// <summary>Of a read the winner's, of an edit the one put; of a write what beat it, none where nothing did.</summary>
    public Version Version { get; } = version;

    /// <summary>Of a read what is live, of an edit what was. Valid during the call only.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>Of an edit: it applied. Of a write that was beaten: W replicas were heard, so that above what beat it is above all that was acknowledged.</summary>
    public bool Flag { get; } = flag;

    /// <summary>Of a read how many replicas were repaired, of an edit what <see cref="RegisterEdit.NumberOf"/> says.</summary>
    public long Number { get; } = number;

    /// <summary>Of a read: up to where tombstones are gone for good at every replica that answered.</summary>
    public HybridTimestamp Horizon { get; } = horizon;

    /// <summary>Nothing was coordinated, or nothing is known of it.</summary>
    /// <param name="kind">What to tell the client.</param>
    public static AskReply Refused(OutcomeKind kind) => new(Outcome.Failed(kind), Version.None, default, false, 0);
}
