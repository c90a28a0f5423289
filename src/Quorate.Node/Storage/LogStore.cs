using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage.Clearing;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Loading;
using Quorate.Node.Storage.Reaping;
using Quorate.Node.Storage.Segments;
using Quorate.Node.Storage.Snapshots;

namespace Quorate.Node.Storage;

/// <summary>
/// What a node stores: all entries in memory, each change of one appended to a log of segments (Bitcask, Sheehy and Smith
/// 2010). Loop-side only. Everything that is put goes through <see cref="Join"/> (law 1).
/// </summary>
public sealed class LogStore
{
    /// <summary>Often enough for whoever looks, and no flood while it lasts.</summary>
    private const long TellDiskFullEveryMilliseconds = 60_000;

    private readonly EntryIndex _index;
    private readonly ClearTable _clears = new();
    private readonly Sweep _clearing;
    private readonly Sweep _reaping;
    private readonly Horizons _horizons;
    private readonly Fitness _fitness = new();
    private readonly Salvage? _salvage;
    private readonly LogWriter? _log;
    private readonly Compactor? _compactor;
    private readonly SnapshotWriter? _snapshots;
    private readonly Scrub? _scrub;
    private readonly ValueLoader? _values;
    private readonly long _valueMemoryBytes;
    private readonly int _groupBytes;
    private readonly ILoop _loop;
    private long _tellsDiskFullAt = long.MinValue;

    private LogStore(
        StoreOptions options, HashTrees trees, Horizons horizons, IDisk disk, ILoop loop, IWorker worker, IWorker reader, Action<string> onFatal)
    {
        _index = new EntryIndex(options.StoreId, trees);
        _horizons = horizons;
        _clearing = new Sweep(loop, SweepCleared, () => _compactor?.Wake());
        _reaping = new Sweep(loop, SweepReaped, () => _compactor?.Wake());
        (_loop, _valueMemoryBytes, _groupBytes) = (loop, options.ValueMemoryBytes, options.GroupBytes);
        if (options.Durability == Durability.Memory) return;

        var dropped = new DroppedSegments(disk);
        var replay = new IndexReplay(_index, _clears, horizons, options.ValueMemoryBytes);
        var recovery = new Recovery(options, disk, dropped, replay.Take, replay.TakeDigest);
        RecoveredLog found = recovery.Run();
        _fitness = recovery.Fitness;
        Recovery = recovery.Report(_index.Entries, _index.Bytes);
        _log = options.Durability == Durability.Fsync
            ? new FsyncWriter(options, disk, loop, worker, onFatal, found)
            : new PeriodicWriter(options, disk, loop, worker, onFatal, found);
        if (options.Durability == Durability.Fsync) _log.Committed += () => Committed?.Invoke();
        _log.FoundDiskFull += TellDiskFull;
        var live = new LiveRecords(_index, _clears, horizons, _clearing, _log);
        _compactor = new Compactor(options, disk, loop, worker, _log, dropped, live.ExpectAll, live.TryKeep, OnDamage, IsFit);
        _snapshots = new SnapshotWriter(options, disk, loop, worker, _log, OnDamage);
        _scrub = new Scrub(options, disk, loop, worker, _log, replay.Warm, OnDamage);
        _salvage = new Salvage(_index, _log.Map, LogAgain, live.TryKeepClears, (keyspace, keyLength, payloadLength) => Lost?.Invoke(keyspace, keyLength, payloadLength));
        _values = new ValueLoader(_index, _clears, _log, options.ValueMemoryBytes, disk, loop, reader, IsFit, OnDamage);
        loop.TurnEnding += _values.LoadWritten; // the log writes first
    }

    /// <summary>On the loop: <see cref="DurablePosition"/> has moved.</summary>
    public event Action? Committed;

    /// <summary>On the loop: something in the log was found damaged while it was in use; a line for people.</summary>
    public event Action<string>? Damaged;

    /// <summary>On the loop: the disk is full; a line for people, at most once a minute.</summary>
    public event Action<string>? FoundDiskFull;

    /// <summary>On the loop: an entry is gone with the damage, of this keyspace, and with so many bytes of key and payload.</summary>
    public event Action<ushort, int, int>? Lost;

    /// <summary>An answer that depends on a record above this waits. In all modes but `fsync` that is no record.</summary>
    public long DurablePosition => _log is FsyncWriter ? _log.Durable : long.MaxValue;

    /// <summary>All records so far are below this position.</summary>
    public long Appended => _log?.Appended ?? 0;

    /// <summary>All records below this position survive power loss, whether or not anybody waits for that.</summary>
    public long Synced => _log?.Durable ?? long.MaxValue;

    /// <summary>What was found on disk.</summary>
    public RecoveryReport Recovery { get; } = new(0, 0, 0, 0, 0, []);

    /// <summary>Partitions that are not served, because something in them is damaged or the disk failed (law 11).</summary>
    public int UnfitPartitions => HasFailed ? Partition.Count : _fitness.Unfit.Count();

    /// <summary>Keys held, deleted and expired ones included.</summary>
    public long Entries => _index.Entries;

    /// <summary>Of deleted and expired keys, hints not counted.</summary>
    public long Tombstones => _index.Tombstones;

    /// <summary>Bytes of keys and payloads held.</summary>
    public long Bytes => _index.Bytes;

    /// <summary>What the log takes on disk and in memory.</summary>
    public SpaceFigures Space => _log is null ? default : Measure(_log.Map);

    /// <summary>What waits for the disk. Values may exceed their budget by those that are not on disk yet.</summary>
    public IReadOnlyList<Gauge> Gauges() => _log is null
        ? []
        :
        [
            new("bytes awaiting the disk", _log.Waiting, 2L * _groupBytes),
            _values!.Waiting,
            new("bytes of values in memory", _index.EvictableBytes, _valueMemoryBytes + 2L * _groupBytes, Drains: false),
        ];

    private bool HasFailed => _log is { HasFailed: true };

    /// <summary>Opens the store or makes a new one, and recovers what is there. Blocks.</summary>
    /// <param name="options">Whose store, and when a record counts as stored.</param>
    /// <param name="trees">Kept up to date with what is held.</param>
    /// <param name="horizons">What of it is gone for good.</param>
    /// <param name="disk">Where; not touched under <see cref="Durability.Memory"/>.</param>
    /// <param name="loop">Whose thread calls everything here; the log is written at the end of its turns.</param>
    /// <param name="worker">Where the store blocks.</param>
    /// <param name="reader">Where values are read that are not in memory: another one, so that a read does not wait for an fsync.</param>
    /// <param name="onFatal">
    /// Stops the node: called once, on the loop, when the disk failed and nothing more is confirmed. Under
    /// <see cref="Durability.Periodic"/> that is at the end of a turn, and what this turn was going to send must not leave.
    /// </param>
    /// <exception cref="StoreDamagedException">What is there cannot be used at all.</exception>
    /// <exception cref="IOException">The disk failed, or the log is another node's or a newer version's.</exception>
    public static LogStore Open(
        StoreOptions options, HashTrees trees, Horizons horizons, IDisk disk, ILoop loop, IWorker worker, IWorker reader, Action<string> onFatal) =>
        new(options, trees, horizons, disk, loop, worker, reader, onFatal);

    /// <summary>A key that is asked for or put soon, of at most <see cref="IForesight.Window"/>; then <see cref="FetchExpected"/>.</summary>
    public void Expect(ushort keyspace, int partition, ReadOnlySpan<byte> key) => _index.Expect(keyspace, partition, key);

    /// <summary>Has memory ready for what is expected, all at once.</summary>
    public void FetchExpected() => _index.FetchExpected();

    /// <summary>What is held for a key. Ask <see cref="IsFit"/> first.</summary>
    public bool TryGet(ushort keyspace, int partition, scoped ReadOnlySpan<byte> key, out HeldEntry held)
    {
        held = default;
        EntryIndex.Place place = _index.Find(keyspace, partition, key);
        ref readonly Clear clear = ref _clears[keyspace];
        if (place.IsFound && _index.BlockAt(place) is var block && block.Version > clear.Version)
        {
            block.MarkRead();
            held = new HeldEntry(block);
            return true;
        }

        if (clear.Version == Version.None) return false;
        held = new HeldEntry(clear);
        return true;
    }

    /// <summary>Hands an entry over, at once where its payload is in memory, else in a later turn: <see cref="TryLoad"/>.</summary>
    /// <returns>False where too many wait for the disk.</returns>
    public bool TryRead(ushort keyspace, int partition, ReadOnlySpan<byte> key, Loaded read)
    {
        if (!IsFit(partition) || !TryGet(keyspace, partition, key, out HeldEntry held)) read(IsFit(partition) ? Verdict.Answered : Verdict.Unfit, default, 0);
        else if (held.IsInMemory) read(Verdict.Answered, held.Entry, held.Position);
        else return TryLoad(keyspace, partition, key, read);
        return true;
    }

    /// <summary>
    /// Reads an entry whose payload is on disk, and hands it over in a later turn; never, once the store is closed.
    /// </summary>
    /// <returns>False where too many wait: the caller is told <see cref="Verdict.Overloaded"/>.</returns>
    /// <exception cref="InvalidOperationException">There is no disk.</exception>
    public bool TryLoad(ushort keyspace, int partition, ReadOnlySpan<byte> key, Loaded loaded)
    {
        if (_values is null) throw new InvalidOperationException("Without a disk nothing is loaded from it.");
        return _values.TryLoad(keyspace, partition, key, loaded);
    }

    /// <summary>
    /// Keeps the greater of what is held and <paramref name="entry"/>, and logs it where that is a change. The entry's
    /// payload may be one that <see cref="TryGet"/> answered.
    /// </summary>
    /// <exception cref="InvalidOperationException">The entry is absent.</exception>
    public JoinResult Join(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        if (!IsFit(partition)) return JoinResult.Refused(Verdict.Unfit);
        return JoinAnyway(keyspace, partition, key, entry);
    }

    /// <summary>Joins what was fetched to mend an unfit partition, which nobody else may put to.</summary>
    public JoinResult Mend(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        if (HasFailed) return JoinResult.Refused(Verdict.Unfit);
        JoinResult joined = JoinAnyway(keyspace, partition, key, entry);
        bool isGone = joined.Verdict == Verdict.Stored && joined.By == entry.Head.Version && _horizons.AreAbove(keyspace, partition, entry.Head);
        if (isGone && _index.Find(keyspace, partition, key) is { IsFound: true } place && _index.BlockAt(place).Version == entry.Head.Version) Reap(place);
        return joined;
    }

    private JoinResult JoinAnyway(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        if (entry.IsAbsent) throw new InvalidOperationException("An absent entry is nothing to store.");

        EntryIndex.Place place = _index.Find(keyspace, partition, key);
        if (entry.Head.Version <= _clears[keyspace].Version) return JoinCleared(keyspace, place, entry.Head.Version);
        if (place.IsFound)
        {
            Block held = _index.BlockAt(place);
            // Of one version only the expiries differ: the put is the winner here, whatever expiry was joined to it since.
            Verdict verdict = held.Version == entry.Head.Version ? Verdict.Stored : Verdict.Superseded;
            if (held.CompareTo(entry) >= 0) return new JoinResult(verdict, held.Version, held.Position);
        }

        Verdict logged = Log(keyspace, partition, key, entry, out long position);
        if (logged != Verdict.Stored) return JoinResult.Refused(logged);
        if (place.IsFound) Bury(_index.BlockAt(place));
        _index.Put(place, key, entry, position);
        if (_log is not null) _index.EvictAbove(_valueMemoryBytes, _log.Written);
        return new JoinResult(Verdict.Stored, entry.Head.Version, position);
    }

    /// <summary>The winner over what was cleared is the clear, or what came after it: whoever lost must learn of the greatest.</summary>
    private JoinResult JoinCleared(ushort keyspace, in EntryIndex.Place place, Version version)
    {
        Clear clear = _clears[keyspace];
        if (place.IsFound && _index.BlockAt(place) is var held && held.Version > clear.Version)
            return new JoinResult(Verdict.Superseded, held.Version, held.Position);
        return new JoinResult(version == clear.Version ? Verdict.Stored : Verdict.Superseded, clear.Version, clear.Position);
    }

    /// <summary>For a put that is not joined, because a horizon was vouched for that is above it: all that has won here.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">The one that was to be put.</param>
    /// <param name="least">What it must be above in any case.</param>
    public JoinResult Supersede(ushort keyspace, int partition, ReadOnlySpan<byte> key, Version least)
    {
        JoinResult held = JoinCleared(keyspace, _index.Find(keyspace, partition, key), Version.None);
        return held.By > least ? held : new JoinResult(Verdict.Superseded, least, 0);
    }

    /// <summary>
    /// Joins a tombstone of this version into every key of a keyspace. Takes the last room of a full disk where it must: few
    /// things free as much.
    /// </summary>
    /// <returns>Stored where nothing at or below the version is live any more; or a refusal that changed nothing.</returns>
    public JoinResult Clear(ushort keyspace, Version version)
    {
        if (HasFailed) return JoinResult.Refused(Verdict.Unfit);
        Clear held = _clears[keyspace];
        if (held.Version >= version) return new JoinResult(Verdict.Stored, held.Version, held.Position);

        long position = 0;
        if (_log is not null)
        {
            Verdict logged = _log.TryAppend(RecordFormat.ClearSize, useSpare: true, out Span<byte> record, out position);
            if (logged != Verdict.Stored) return JoinResult.Refused(logged);
            RecordFormat.WriteClear(record, keyspace, version);
            if (held.Version != Version.None) Bury(held.Position, RecordFormat.ClearSize);
        }

        _clears.Set(keyspace, new Clear(version, position));
        _clearing.Begin(keyspace);
        return new JoinResult(Verdict.Stored, version, position);
    }

    /// <summary>The version of a keyspace's clear; <see cref="Version.None"/> where there was none.</summary>
    public Version ClearOf(ushort keyspace) => _clears[keyspace].Version;

    /// <summary>The greatest version that a keyspace holds, its clear included; it never goes back.</summary>
    public Version NewestOf(ushort keyspace)
    {
        Version newest = _index.NewestOf(keyspace);
        return newest > ClearOf(keyspace) ? newest : ClearOf(keyspace);
    }

    /// <summary>
    /// Lets go of an entry that has done its work, if it is still this one. The log is not told: until compaction has passed, a
    /// restart brings it back, which must do no harm.
    /// </summary>
    public bool Forget(ushort keyspace, int partition, ReadOnlySpan<byte> key, in EntryDigest digest)
    {
        EntryIndex.Place place = _index.Find(keyspace, partition, key);
        if (!place.IsFound || _index.BlockAt(place) is var block && block.Digest != digest) return false;
        Bury(_index.BlockAt(place));
        _index.Remove(place);
        return true;
    }

    /// <summary>Whether the partition's entries can be trusted (law 11).</summary>
    public bool IsFit(int partition) => !HasFailed && _fitness.IsFit(partition);

    /// <summary>Partitions that something is missing from; none where the disk failed, which nothing mends.</summary>
    public int[] Unfit => HasFailed ? [] : [.. _fitness.Unfit];

    /// <summary>All that should be here is missing: this node took the place of another.</summary>
    public void LoseAll() => _fitness.Lose(null);

    /// <summary>Something is missing from a partition.</summary>
    public void Lose(int partition) => _fitness.Lose(partition);

    /// <summary>How often something was found to be missing from a partition.</summary>
    public int LossesOf(int partition) => _fitness.LossesOf(partition);

    /// <summary>
    /// Before an unfit partition is mended: lets go of what cannot be read any more, and logs again what was lost there and is in memory.
    /// </summary>
    /// <returns>False where the log has no room now.</returns>
    public bool TrySalvage(int partition) => !HasFailed && (_salvage?.TryRun(partition) ?? true);

    /// <summary>The partition was mended. What was damaged for its sake may go.</summary>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="losses">Of <see cref="LossesOf"/> before it was salvaged.</param>
    /// <returns>False where something more was lost since.</returns>
    public bool TryRegain(int partition, int losses)
    {
        if (HasFailed || _fitness.LossesOf(partition) != losses) return false;
        _fitness.Regain(partition);
        _log?.Map.Reconsider();
        _compactor?.Wake();
        return true;
    }

    /// <summary>Counts live keys of a keyspace, one number a partition; -1 for an unfit one.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="nowUnixMs">Unix ms: what has expired by then does not count.</param>
    /// <param name="perPartition">Room for <see cref="Partition.Count"/> numbers.</param>
    public void CountLive(ushort keyspace, long nowUnixMs, Span<int> perPartition)
    {
        Version dead = _clearing.IsUnderWay ? ClearOf(keyspace) : Version.None;
        for (int partition = 0; partition < Partition.Count; partition++)
            perPartition[partition] = IsFit(partition) ? _index.CountLive(keyspace, partition, nowUnixMs, dead) : -1;
    }

    /// <summary>About <paramref name="limit"/> keys of a partition in the order of <see cref="ScanPoint"/>, deleted and expired ones too.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="from">The partition, and the lowest hash wanted.</param>
    /// <param name="limit">At least 1. More where hashes are equal, fewer where keys are long: see <paramref name="through"/>.</param>
    /// <param name="through">The last hash that is covered.</param>
    public ScannedKey[] Scan(ushort keyspace, ScanPoint from, int limit, out ulong through) =>
        _index.Scan(keyspace, from, limit, ClearOf(keyspace), out through);

    /// <summary>Whether the trees show what is held: not while a clear is being carried out, or entries are reaped.</summary>
    public bool AreTreesTrue => !_clearing.IsUnderWay && !_reaping.IsUnderWay;

    /// <summary>Lets go of what the horizons of some keyspaces have passed.</summary>
    public void Reap(IEnumerable<ushort> keyspaces)
    {
        foreach (ushort keyspace in keyspaces) _reaping.Begin(keyspace);
    }

    /// <summary>The hashes of a partition's tombstones between two horizons, in one, those of expired entries among them.</summary>
    /// <param name="keyspace">The store's number, of one that has a hash tree.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="above">What stands at or below it is passed over.</param>
    /// <param name="upTo">The last that counts.</param>
    /// <param name="looks">A measure of how long it took: entries looked at.</param>
    public ulong HashDead(ushort keyspace, int partition, HybridTimestamp above, HybridTimestamp upTo, out int looks) =>
        _index.HashDead(keyspace, partition, above, upTo, out looks);

    /// <summary>Lets go of values whose time was over at a moment, among so many entries, going round and round.</summary>
    /// <returns>How many were found.</returns>
    public int DropExpired(long unixMilliseconds, int looks) => _index.FindExpired(unixMilliseconds, looks, DropExpired);

    private bool DropExpired(ushort keyspace, int partition, byte[] key, in EntryHead head)
    {
        // What is unfit is dropped once it is mended.
        if (!IsFit(partition)) return true;
        EntryHead expired = head.Expired();
        if (Join(keyspace, partition, key, new Entry(expired, default)).Verdict != Verdict.Stored) return false;
        if (_horizons.AreAbove(keyspace, partition, expired)) Reap(_index.Find(keyspace, partition, key));
        return true;
    }

    /// <summary>What is held of a partition in some leaves of its tree.</summary>
    /// <param name="keyspace">The store's number, of one that has a hash tree.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="isWanted">By leaf.</param>
    internal List<LeafKey> List(ushort keyspace, int partition, ReadOnlySpan<bool> isWanted)
    {
        var found = new List<LeafKey>();
        _index.List(keyspace, partition, isWanted, ClearOf(keyspace), found);
        return found;
    }

    /// <summary>Writes and syncs what is pending; from then on every put is refused. Blocks.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Close()
    {
        if (_values is not null) _loop.TurnEnding -= _values.LoadWritten;
        _clearing.Stop();
        _reaping.Stop();
        _compactor?.Stop();
        _scrub?.Stop();
        _snapshots?.Stop();
        _values?.Stop();
        _log?.Close();
        _log?.Map.Close();
    }

    private SpaceFigures Measure(SegmentMap map)
    {
        long snapshotBytes = map.All.Sum(segment => segment.SnapshotBytes);
        return new SpaceFigures(
            map.Count,
            _log!.DiskBytes + snapshotBytes,
            map.Bytes - map.DeadBytes,
            map.DeadBytes,
            _compactor!.IsRunning,
            _compactor.Segments,
            _compactor.Bytes,
            _index.EvictableBytes,
            _valueMemoryBytes,
            _values!.Count,
            map.All.Count(segment => segment.SnapshotBytes > 0),
            snapshotBytes,
            map.All.Count(segment => segment.IsUnread),
            _scrub!.Bytes);
    }

    private Verdict Log(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry, out long position)
    {
        position = 0;
        if (_index.IsFull) return Verdict.Overloaded;
        if (_log is null) return Verdict.Stored;

        Verdict verdict = _log.TryAppend(RecordFormat.SizeOf(key.Length, entry), useSpare: false, out Span<byte> record, out position);
        if (verdict == Verdict.Stored) RecordFormat.Write(record, keyspace, partition, key, entry);
        return verdict;
    }

    private Verdict LogAgain(ushort keyspace, int partition, in Block block, out long position) =>
        Log(keyspace, partition, block.Key, block.Entry, out position);

    private int SweepCleared(ushort keyspace, int partition)
    {
        Version cleared = ClearOf(keyspace);
        return _index.Sweep(keyspace, partition, (in EntryHead head) => head.Version <= cleared, Bury);
    }

    /// <summary>The records stay: compaction drops them when nothing older is on disk.</summary>
    private int SweepReaped(ushort keyspace, int partition)
    {
        if (!_index.MayHoldDead(keyspace, partition)) return 1;
        return _index.Sweep(keyspace, partition, (in EntryHead head) => _horizons.AreAbove(keyspace, partition, head), Reap);
    }

    private void Reap(in EntryIndex.Place place)
    {
        Block block = _index.BlockAt(place);
        Reap(block.Position, block.RecordSize);
        _index.Remove(place);
    }

    private void Reap(long position, int bytes) => _log?.Reap(position, bytes);

    private void Bury(in Block block) => Bury(block.Position, block.RecordSize);

    private void Bury(long position, int bytes) => _log?.Bury(position, bytes);

    /// <summary>The segment stays, without its snapshot, until it was mended: so each start reads it and finds the damage again.</summary>
    private void OnDamage(SegmentInfo segment, int? partition, long from, long to, string finding)
    {
        segment.NoteDamage(partition, from, to);
        _snapshots!.Discard(segment);
        _fitness.Lose(partition);
        Damaged?.Invoke(finding);
    }

    /// <summary>To clients it is one overload among others: this says which.</summary>
    private void TellDiskFull()
    {
        if (_loop.Now < _tellsDiskFullAt) return;
        _tellsDiskFullAt = _loop.Now + TellDiskFullEveryMilliseconds;
        FoundDiskFull?.Invoke("the disk is full: once the log has filled what it has, writes are refused as overloaded until there is room");
    }
}
