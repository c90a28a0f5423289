using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Indexing;

namespace Quorate.Node.Storage;

/// <summary>
/// What a node stores: all entries in memory, each change of one appended to a log of segments (Bitcask, Sheehy and Smith
/// 2010). Loop-side only. Everything that is put goes through <see cref="Join"/> (law 1).
/// </summary>
public sealed class LogStore
{
    public const int Partitions = 1024;
    private readonly EntryIndex _index;

    private LogStore(StoreOptions options)
    {
        _index = new EntryIndex(options.StoreId);
    }

    /// <summary>On the loop: <see cref="DurablePosition"/> has moved.</summary>
    public event Action? Committed;

    /// <summary>An answer that depends on a record above this waits. In all modes but `fsync` that is no record.</summary>
    public long DurablePosition { get; } = long.MaxValue;

    public int UnfitPartitions { get; }

    /// <summary>Keys held, deleted and expired ones included.</summary>
    public long Entries => _index.Entries;

    /// <summary>Bytes of keys and payloads held.</summary>
    public long Bytes => _index.Bytes;

    /// <summary>Opens the store or makes a new one, and recovers what is there. Blocks.</summary>
    /// <param name="onFatal">Stops the node: called once, on the loop, when the disk failed and nothing more is confirmed.</param>
    /// <exception cref="StoreDamagedException">What is there cannot be used at all.</exception>
    /// <exception cref="IOException">The disk failed, or the log is another node's or a newer version's.</exception>
    public static LogStore Open(StoreOptions options, IDisk disk, ILoop loop, IWorker worker, Action<string> onFatal) => new(options);

    /// <summary>
    /// What is held for a key, raw: deleted and expired entries too. Its payload is good until the next <see cref="Join"/>
    /// or the end of the turn. Ask <see cref="IsFit"/> first.
    /// </summary>
    public bool TryGet(ushort keyspace, int partition, ReadOnlySpan<byte> key, out Entry entry, out long position)
    {
        EntryIndex.Place place = _index.Find(keyspace, partition, key);
        if (!place.IsFound)
        {
            entry = default;
            position = 0;
            return false;
        }

        Block block = _index.BlockAt(place);
        entry = block.Entry;
        position = block.Position;
        return true;
    }

    /// <summary>Keeps the greater of what is held and <paramref name="entry"/>, and logs it where that is a change.</summary>
    public JoinResult Join(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        if (entry.IsAbsent) throw new InvalidOperationException("An absent entry is nothing to store.");
        if (!IsFit(partition)) return JoinResult.Refused(Verdict.Unfit);

        EntryIndex.Place place = _index.Find(keyspace, partition, key);
        if (place.IsFound)
        {
            Block held = _index.BlockAt(place);
            int order = Entry.Compare(held.Entry, entry);
            if (order > 0) return new JoinResult(Verdict.Superseded, held.Version, held.Position);
            if (order == 0) return new JoinResult(Verdict.Stored, held.Version, held.Position);
        }

        _index.Put(place, key, entry, 0);
        return new JoinResult(Verdict.Stored, entry.Head.Version, 0);
    }

    /// <summary>Whether the partition's entries can be trusted (law 11).</summary>
    public bool IsFit(int partition) => UnfitPartitions == 0;

    /// <summary>Counts live keys of a keyspace, one number a partition; -1 for an unfit one.</summary>
    /// <param name="perPartition">Room for <see cref="Partitions"/> numbers.</param>
    public void CountLive(ushort keyspace, long nowUnixMs, Span<int> perPartition) =>
        _index.CountLive(keyspace, nowUnixMs, perPartition[..Partitions]);

    /// <summary>Writes and syncs what is pending. Blocks.</summary>
    public void Close() => Committed?.Invoke();
}
