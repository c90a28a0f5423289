using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator;

/// <summary>
/// What can be asked of one key. Loop-side: calls come on the loop, results go to the sink on the loop, within the call
/// or later, each exactly once, at the latest at the request's timeout. Spans in requests are copied, spans in results are
/// valid during the call only.
/// </summary>
public interface IKeyValueStore
{
    /// <summary>The cluster's: commands name a keyspace by its number here.</summary>
    KeyspaceTable Keyspaces { get; }

    /// <summary>Unix ms on the coordinator's clock: what a relative expiry is counted from.</summary>
    long WallClock { get; }

    /// <summary>Reads what is live. Ends with <see cref="IDatabaseSink.OnRead"/>.</summary>
    void Read(in ReadCommand command, IDatabaseSink sink, ulong token);

    /// <summary>Puts a value or a tombstone. Ends with <see cref="IDatabaseSink.OnWrite"/>.</summary>
    void Write(in WriteCommand command, IDatabaseSink sink, ulong token);

    /// <summary>Runs a read-modify-write. Ends with <see cref="IDatabaseSink.OnEdit"/>.</summary>
    void Edit(in EditCommand command, IDatabaseSink sink, ulong token);
}

/// <summary>What front ends see of the data: its keys, one at a time and all.</summary>
public interface IDatabase : IKeyValueStore
{
    /// <summary>
    /// Requests in flight, or their bytes, as a share of what it takes on: at 1 it refuses. Whoever can wait should do so well
    /// before, because a request takes up to four places, and other nodes' read-modify-writes take some too.
    /// </summary>
    double Load { get; }

    /// <summary>Whom to tell of keys that are about to be asked for; null where no replica is in this process.</summary>
    IForesight? Foresight => null;

    /// <summary>Live keys of a keyspace in the whole cluster, about: expired ones may still count.</summary>
    void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token);

    /// <summary>Some keys of a keyspace, and where to go on: a key that is there all the while is found once, through whichever nodes.</summary>
    void Scan(in ScanCommand command, IDatabaseSink sink, ulong token);

    /// <summary>
    /// Deletes every key of a keyspace that was there when it began: one version, told as a write. Keys written meanwhile may
    /// stay or go.
    /// </summary>
    void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token);
}

/// <summary>Takes results; the token is what the request came with.</summary>
public interface IDatabaseSink
{
    /// <summary>A read has ended.</summary>
    void OnRead(ulong token, in ReadResult result);

    /// <summary>A write has ended, or a clear.</summary>
    void OnWrite(ulong token, in WriteResult result);

    /// <summary>A read-modify-write has ended.</summary>
    void OnEdit(ulong token, in EditResult result);

    /// <summary>A count has ended.</summary>
    void OnCount(ulong token, in CountResult result);

    /// <summary>A scan has come to where it goes on, or to the end.</summary>
    void OnScan(ulong token, in ScanResult result);
}

/// <summary>A read of one key.</summary>
/// <param name="keyspace">Its number in the cluster's table.</param>
/// <param name="key">Borrowed for the call.</param>
/// <param name="options">What the request says for itself; the rest comes from its keyspace.</param>
public readonly ref struct ReadCommand(int keyspace, ReadOnlySpan<byte> key, RequestOptions options)
{
    /// <summary>Its number in the cluster's table.</summary>
    public int Keyspace { get; } = keyspace;

    /// <summary>Borrowed for the call.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>What the request says for itself; the rest comes from its keyspace.</summary>
    public RequestOptions Options { get; } = options;
}

/// <summary>A put or a delete that needs nothing of what is there.</summary>
/// <param name="keyspace">Its number in the cluster's table.</param>
/// <param name="key">Borrowed for the call.</param>
/// <param name="kind"><see cref="EntryKind.Register"/>, or <see cref="EntryKind.Tombstone"/> for a delete.</param>
/// <param name="contentType">At most 255 bytes; empty for none.</param>
/// <param name="value">Empty for a delete. Borrowed for the call.</param>
/// <param name="expiresAt">Unix ms; 0 is never.</param>
/// <param name="options">What the request says for itself; the rest comes from its keyspace.</param>
public readonly ref struct WriteCommand(
    int keyspace, ReadOnlySpan<byte> key, EntryKind kind, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> value,
    long expiresAt, RequestOptions options)
{
    /// <summary>Its number in the cluster's table.</summary>
    public int Keyspace { get; } = keyspace;

    /// <summary>Borrowed for the call.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary><see cref="EntryKind.Register"/>, or <see cref="EntryKind.Tombstone"/> for a delete.</summary>
    public EntryKind Kind { get; } = kind;

    /// <summary>At most 255 bytes; empty for none.</summary>
    public ReadOnlySpan<byte> ContentType { get; } = contentType;

    /// <summary>Empty for a delete. Borrowed for the call.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Unix ms; 0 is never.</summary>
    public long ExpiresAt { get; } = expiresAt;

    /// <summary>What the request says for itself; the rest comes from its keyspace.</summary>
    public RequestOptions Options { get; } = options;

    /// <summary>Where who asks has stamped it, and stamps it again if it is beaten; none where the coordinator does both.</summary>
    public Stamp Stamp { get; init; }

    /// <summary>A value without a content type.</summary>
    /// <param name="keyspace">Its number in the cluster's table.</param>
    /// <param name="key">Borrowed for the call.</param>
    /// <param name="value">Borrowed for the call.</param>
    /// <param name="expiresAt">Unix ms; 0 is never.</param>
    /// <param name="options">What the request says for itself.</param>
    public static WriteCommand Put(
        int keyspace, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt = 0, RequestOptions options = default) =>
        new(keyspace, key, EntryKind.Register, default, value, expiresAt, options);

    /// <summary>A tombstone, whether there is a value or not.</summary>
    public static WriteCommand Delete(int keyspace, ReadOnlySpan<byte> key, RequestOptions options = default) =>
        new(keyspace, key, EntryKind.Tombstone, default, default, 0, options);
}

/// <summary>The version that a put comes with.</summary>
/// <param name="Version">None where there is no stamp.</param>
/// <param name="IsAboveAcknowledged">It was taken above a <see cref="WriteResult.Beaten"/> that said so: what is newer is concurrent with the put.</param>
public readonly record struct Stamp(Version Version, bool IsAboveAcknowledged);

/// <summary>A read-modify-write.</summary>
/// <param name="keyspace">Its number in the cluster's table.</param>
/// <param name="key">Borrowed for the call.</param>
/// <param name="edit">What to run. Borrowed for the call.</param>
/// <param name="options">What the request says for itself; the rest comes from its keyspace.</param>
public readonly ref struct EditCommand(int keyspace, ReadOnlySpan<byte> key, RegisterEdit edit, RequestOptions options)
{
    /// <summary>Its number in the cluster's table.</summary>
    public int Keyspace { get; } = keyspace;

    /// <summary>Borrowed for the call.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>What to run. Borrowed for the call.</summary>
    public RegisterEdit Edit { get; } = edit;

    /// <summary>What the request says for itself; the rest comes from its keyspace.</summary>
    public RequestOptions Options { get; } = options;
}

/// <summary>A scan of some keys of a keyspace.</summary>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="From">Where an earlier scan said to go on, or the start.</param>
/// <param name="Count">About how many keys, 1 to <see cref="ScanRequest.MaxLimit"/>; fewer where it would have to look at many partitions.</param>
/// <param name="Options">What the request says for itself; the rest comes from its keyspace.</param>
public readonly record struct ScanCommand(int Keyspace, ScanPoint From, int Count, RequestOptions Options);

/// <summary>Where a key lives: gives the replicas of an outcome their names.</summary>
/// <param name="Topology">Null before the cluster's first epoch.</param>
/// <param name="Partition">0 to 1,023.</param>
public readonly record struct Location(Topology? Topology, int Partition)
{
    /// <summary>The name of the node at a rank. Not to be asked before the first epoch.</summary>
    /// <param name="rank">Place in the preference list.</param>
    public string NameOf(int rank) => Topology!.Members[Topology.PreferenceListOf(Partition)[rank]].Name;
}

/// <summary>The live entry, or an absent one with the version of what hides it (a tombstone, an expired value).</summary>
public readonly ref struct ReadResult(Outcome outcome, Location location, Entry entry, Version version, int repaired, Explanation? explanation)
{
    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; } = outcome;

    /// <summary>Names the replicas of the outcome.</summary>
    public Location Location { get; } = location;

    /// <summary>Absent where the key is missing, deleted or expired.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>The winner's, tombstones and expired values too; none where no replica had anything.</summary>
    public Version Version { get; } = version;

    /// <summary>How many replicas were behind and were sent what this read found.</summary>
    public int Repaired { get; } = repaired;

    /// <summary>Up to where tombstones are gone for good at every replica that answered: what is newer and not found was lost, or is elsewhere.</summary>
    public HybridTimestamp Horizon { get; init; }

    /// <summary>Where it was asked for; else null.</summary>
    public Explanation? Explanation { get; } = explanation;
}

/// <summary>What came of a put, a delete or a clear.</summary>
public readonly ref struct WriteResult(Outcome outcome, Location location, Version version, Explanation? explanation)
{
    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; } = outcome;

    /// <summary>Names the replicas of the outcome.</summary>
    public Location Location { get; } = location;

    /// <summary>The version it was last tried under.</summary>
    public Version Version { get; } = version;

    /// <summary>
    /// Of a put that came with its version and failed: what kept it from W replicas, so that it may be stamped above that. None else.
    /// </summary>
    public Stamp Beaten { get; init; }

    /// <summary>Where it was asked for; else null.</summary>
    public Explanation? Explanation { get; } = explanation;
}

/// <summary>What came of a read-modify-write.</summary>
public readonly ref struct EditResult(in EditReply reply, Location location, Explanation? explanation)
{
    /// <summary>What the replica that ran it said; the outcome is in it.</summary>
    public EditReply Reply { get; } = reply;

    /// <summary>Names the replicas of the outcome.</summary>
    public Location Location { get; } = location;

    /// <summary>Where it was asked for; else null.</summary>
    public Explanation? Explanation { get; } = explanation;
}

/// <summary>What came of a count.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Location">Names the replicas of the outcome: of the partition that came short, where one did.</param>
/// <param name="Keys">Where ok.</param>
public readonly record struct CountResult(Outcome Outcome, Location Location, long Keys);

/// <summary>What came of a scan.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Location">Names the replicas of the outcome: of the partition that came short, where one did.</param>
/// <param name="Next">Where to go on; the start where all has been seen.</param>
/// <param name="Keys">Live ones. The caller's to keep.</param>
public readonly record struct ScanResult(Outcome Outcome, Location Location, ScanPoint Next, IReadOnlyList<ScannedKey> Keys);
