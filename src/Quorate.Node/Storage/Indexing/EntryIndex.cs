using System.Runtime.CompilerServices;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Node.Storage.Indexing;

/// <summary>Whether an entry has done its work.</summary>
internal delegate bool IsGone(in EntryHead head);

/// <summary>Takes a register whose time is over; false to be shown no more for now.</summary>
internal delegate bool FoundExpired(ushort keyspace, int partition, byte[] key, in EntryHead head);

/// <summary>All entries of a node in memory: an arena of blocks, and a table of them a keyspace and partition, itself a block.</summary>
internal sealed class EntryIndex
{
    /// <summary>Some ten microseconds.</summary>
    private const int MaxLooks = 256;
    private readonly ulong _seed;
    private readonly HashTrees _trees;
    private readonly Arena _arena = new();
    private readonly Foresight _foresight;
    private KeyTable?[]?[] _tables = new KeyTable?[]?[1];
    private TreeSlice?[] _slices = new TreeSlice?[1];
    private ClockHand _hand;
    private ClockHand _expiryHand;
    private long _expiring;

    /// <param name="seed">Of the key hash.</param>
    /// <param name="trees">Kept up to date with every entry; none for a keyspace that no other node holds too.</param>
    public EntryIndex(ulong seed, HashTrees trees)
    {
        (_seed, _trees) = (seed, trees);
        _foresight = new Foresight(_arena);
    }

    public long Entries { get; private set; }

    /// <summary>Of keyspaces that have a hash tree.</summary>
    public long Tombstones { get; private set; }

    /// <summary>Bytes of keys and payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of payloads in memory that eviction could free.</summary>
    public long EvictableBytes { get; private set; }

    public bool IsFull => _arena.IsFull;

    /// <summary>Where a key is, or would go; good until the next <c>Put</c>.</summary>
    public Place Find(ushort keyspace, int partition, scoped ReadOnlySpan<byte> key)
    {
        KeyTable table = TableOf(keyspace, partition);
        uint hash = HashOf(key);
        return new Place(table, hash, table.Find(hash, key));
    }

    /// <summary>A key that is looked for soon; see <see cref="Foresight"/>. After at most <see cref="IForesight.Window"/> of them: <see cref="FetchExpected"/>.</summary>
    public void Expect(ushort keyspace, int partition, ReadOnlySpan<byte> key)
    {
        if (FindTable(keyspace, partition) is not { } table) return;
        _foresight.Expect(table, HashOf(key));
        if (_slices[keyspace] is { } tree) CacheLines.Fetch(in tree.PlaceOf(partition, key));
    }

    public void FetchExpected() => _foresight.Fetch();

    public Block BlockAt(scoped in Place place) => new(_arena[place.Table.HandleAt(place.Slot)]);

    /// <summary>Puts an entry where its key was found or belongs.</summary>
    public void Put(in Place place, ReadOnlySpan<byte> key, in Entry entry, long position)
    {
        Note(place, key, entry.Head);
        if (place.IsFound) Overwrite(place, key, entry, position);
        else Insert(place, key, entry, position);
        Credit(place, key, entry.Head, entry.Payload.Length, isEvictable: entry.Payload.Length >= Block.LeastEvictable);
    }

    /// <summary>Takes an entry out.</summary>
    public void Remove(in Place place)
    {
        uint handle = place.Table.HandleAt(place.Slot);
        var block = new Block(_arena[handle]);
        Count(place.Table, block.EntryHead, -1);
        Forget(place.Table, handle, block);
        place.Table.Remove(place.Slot);
    }

    /// <summary>Puts an entry whose payload, not a short one, is on disk.</summary>
    /// <param name="place">Of <see cref="Find"/>, with nothing put since.</param>
    /// <param name="key">The one that was looked for.</param>
    /// <param name="digest">The entry without its payload.</param>
    /// <param name="reserve">Whether memory for the payload is set aside, which then counts as evictable.</param>
    /// <param name="position">Of its record in the log.</param>
    public void Put(in Place place, ReadOnlySpan<byte> key, in EntryDigest digest, bool reserve, long position)
    {
        Note(place, key, digest.Head);
        int size = Block.SizeOf(key.Length, digest, reserve);
        uint handle = place.IsFound ? Exchange(place, key, size) : Add(place, size);
        new Block(_arena[handle]).Write(key, digest, reserve, position);
        Credit(place, key, digest.Head, digest.PayloadLength, isEvictable: reserve);
    }

    /// <summary>
    /// Lets go of payloads that were not read for a round of the clock's hand, until no more than so many bytes are in memory.
    /// Looks at a bounded number of slots, so that a call is short; what is left is for the next one.
    /// </summary>
    /// <param name="bytes">Payloads that may stay in memory, short ones not counted.</param>
    /// <param name="written">Only what is below is on disk.</param>
    public void EvictAbove(long bytes, long written)
    {
        for (int looks = MaxLooks; looks > 0 && EvictableBytes > bytes; looks--)
        {
            if (!_hand.TryNext(_tables, out KeyTable table, out int slot)) continue;
            var block = new Block(_arena[table.HandleAt(slot)]);
            if (block.EvictableBytes > 0 && block.Position < written && !block.TakeRead()) Evict(table, slot, block);
        }
    }

    /// <summary>Puts a payload back that was loaded.</summary>
    public void Restore(in Place place, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        uint handle = place.Table.HandleAt(place.Slot);
        var evicted = new Block(_arena[handle]);
        if (evicted.IsReserved)
        {
            evicted.Fill(payload);
            return;
        }

        var entry = new Entry(evicted.EntryHead, payload);
        uint whole = _arena.Allocate(Block.SizeOf(key.Length, entry));
        new Block(_arena[whole]).Write(key, entry, evicted.Position);
        place.Table.Replace(place.Slot, whole);
        _arena.Free(handle, evicted.Size);
        EvictableBytes += payload.Length;
    }

    /// <summary>Live keys of a partition of a keyspace.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="nowMilliseconds">Unix ms: what has expired by then does not count.</param>
    /// <param name="dead">What is not above it and was not swept yet does not count.</param>
    public int CountLive(ushort keyspace, int partition, long nowMilliseconds, Version dead) =>
        FindTable(keyspace, partition)?.CountLive(nowMilliseconds, dead) ?? 0;

    /// <summary>The keys of a partition from a hash on, deleted and expired ones too; <paramref name="through"/> is the last hash covered.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="from">The partition, and the lowest hash wanted.</param>
    /// <param name="limit">At least 1. More where hashes are equal, fewer where keys are long.</param>
    /// <param name="dead">What is not above it is passed over.</param>
    /// <param name="through">The last hash covered.</param>
    public ScannedKey[] Scan(ushort keyspace, ScanPoint from, int limit, Version dead, out ulong through)
    {
        var page = new KeyPage(from.Hash, limit);
        FindTable(keyspace, from.Partition)?.Scan(page, dead);
        ScannedKey[] keys = page.Read(_arena);
        through = page.Through;
        return keys;
    }

    /// <summary>The greatest version in a keyspace.</summary>
    public Version NewestOf(ushort keyspace)
    {
        Version newest = Version.None;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (FindTable(keyspace, partition) is { } table && table.Newest > newest) newest = table.Newest;
        }

        return newest;
    }

    /// <summary>Lets go of a partition's entries that are gone. Takes about as long as growing its table.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="isGone">Of one's head.</param>
    /// <param name="letGo">Told of each one's place in the log and its bytes there.</param>
    /// <returns>Slots looked at.</returns>
    public int Sweep(ushort keyspace, int partition, IsGone isGone, Action<long, int> letGo)
    {
        if (FindTable(keyspace, partition) is not { } table) return 1;

        KeyTable? kept = null;
        for (int slot = 0; slot < table.Slots; slot++)
        {
            uint handle = table.HandleAt(slot);
            if (handle == 0) continue;
            var block = new Block(_arena[handle]);
            if (isGone(block.EntryHead))
            {
                letGo(block.Position, block.RecordSize);
                Count(table, block.EntryHead, -1);
                Forget(table, handle, block);
                continue;
            }

            kept ??= new KeyTable(_arena, partition, table.Tree) { Newest = table.Newest };
            kept.Add(~kept.Find(table.HashAt(slot), block.Key), table.HashAt(slot), handle);
            Count(table, block.EntryHead, -1);
            Count(kept, block.EntryHead, 1);
        }

        _tables[keyspace]![partition] = kept;
        table.Free();
        if (Entries == 0) Reset();
        return table.Slots;
    }

    /// <summary>Whether a partition of a keyspace may hold tombstones or entries that expire.</summary>
    public bool MayHoldDead(ushort keyspace, int partition) =>
        FindTable(keyspace, partition) is { } table && table.Count > table.LivePermanently;

    /// <summary>The hashes of a partition's dead entries between two horizons, in one.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="above">What stands at or below it is passed over.</param>
    /// <param name="upTo">The last that counts.</param>
    /// <param name="looks">Slots looked at.</param>
    public ulong HashDead(ushort keyspace, int partition, HybridTimestamp above, HybridTimestamp upTo, out int looks)
    {
        looks = 1;
        if (!MayHoldDead(keyspace, partition)) return 0;
        KeyTable table = FindTable(keyspace, partition)!;
        looks = table.Slots;
        return table.HashDead(above, upTo);
    }

    /// <summary>
    /// The next registers whose time is over, among so many slots, going round and round; the caller is called with each, and
    /// may put at its place. Hints are passed over, which no tree shows: another node's values are its own to let go of.
    /// </summary>
    /// <param name="before">Unix ms.</param>
    /// <param name="looks">Slots to look at, at most.</param>
    /// <param name="found">Called with each.</param>
    /// <returns>How many were found.</returns>
    public int FindExpired(long before, int looks, FoundExpired found)
    {
        int count = 0;
        for (; looks > 0 && _expiring > 0; looks--)
        {
            if (!_expiryHand.TryNext(_tables, out KeyTable table, out int slot)) continue;
            if (table.LiveForNow == 0 || table.Tree is null)
            {
                _expiryHand.SkipTable();
                continue;
            }

            var block = new Block(_arena[table.HandleAt(slot)]);
            EntryHead head = block.EntryHead;
            if (head.Kind != EntryKind.Register || !head.Expiry.HasPassed(before)) continue;
            count++;
            if (!found(_expiryHand.Keyspace, _expiryHand.Partition, block.Key.ToArray(), head)) break;
        }

        return count;
    }

    /// <summary>Every key of a partition of a keyspace in some leaves of its tree, deleted and expired ones too.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="isWanted">By leaf.</param>
    /// <param name="dead">What is not above it is passed over.</param>
    /// <param name="into">Added to, in no order.</param>
    public void List(ushort keyspace, int partition, ReadOnlySpan<bool> isWanted, Version dead, List<LeafKey> into) =>
        FindTable(keyspace, partition)?.List(isWanted, dead, into);

    /// <summary>The keys of a partition whose records stand in some places of the log, hints included.</summary>
    public List<(ushort Keyspace, byte[] Key)> ListAt(int partition, Predicate<long> isWanted)
    {
        var found = new List<(ushort Keyspace, byte[] Key)>();
        for (int keyspace = 0; keyspace < _tables.Length; keyspace++)
        {
            foreach (byte[] key in FindTable((ushort)keyspace, partition)?.ListAt(isWanted) ?? []) found.Add(((ushort)keyspace, key));
        }

        return found;
    }

    /// <summary>Tells the tree what is about to be put.</summary>
    private void Note(in Place place, ReadOnlySpan<byte> key, in EntryHead head)
    {
        if (place.Table.Tree is not { } tree) return;
        if (place.IsFound) tree.Replace(place.Table.Partition, key, BlockAt(place).EntryHead, head);
        else tree.Add(place.Table.Partition, key, head);
    }

    private void Forget(KeyTable table, uint handle, in Block block)
    {
        table.Tree?.Remove(table.Partition, block.Key, block.EntryHead);
        Entries--;
        Bytes -= block.Key.Length + block.PayloadLength;
        EvictableBytes -= block.EvictableBytes;
        _arena.Free(handle, block.Size);
    }

    private void Evict(KeyTable table, int slot, in Block block)
    {
        if (_arena.IsFull) return;
        uint handle = table.HandleAt(slot);
        EvictableBytes -= block.EvictableBytes;
        int size = block.Size;
        uint evicted = _arena.Allocate(block.EvictedSize);
        new Block(_arena[evicted]).WriteEvicted(block);
        table.Replace(slot, evicted);
        _arena.Free(handle, size);
    }

    private void Insert(in Place place, ReadOnlySpan<byte> key, in Entry entry, long position)
    {
        uint handle = Add(place, Block.SizeOf(key.Length, entry));
        new Block(_arena[handle]).Write(key, entry, position);
    }

    private uint Add(in Place place, int size)
    {
        uint handle = _arena.Allocate(size);
        place.Table.Add(~place.Slot, place.Hash, handle);
        Entries++;
        return handle;
    }

    /// <summary>Gives the block up for one of another size; what was in it is gone.</summary>
    private uint Exchange(in Place place, ReadOnlySpan<byte> key, int size)
    {
        uint old = place.Table.HandleAt(place.Slot);
        var block = new Block(_arena[old]);
        Discount(place, key, block);
        _arena.Free(old, block.Size);
        uint handle = _arena.Allocate(size);
        place.Table.Replace(place.Slot, handle);
        return handle;
    }

    private void Overwrite(in Place place, ReadOnlySpan<byte> key, in Entry entry, long position)
    {
        uint handle = place.Table.HandleAt(place.Slot);
        var block = new Block(_arena[handle]);
        Discount(place, key, block);
        int oldSize = block.Size;
        int size = Block.SizeOf(key.Length, entry);
        if (Arena.SameBlock(oldSize, size))
        {
            block.Write(key, entry, position);
            return;
        }

        uint moved = _arena.Allocate(size);
        new Block(_arena[moved]).Write(key, entry, position);
        place.Table.Replace(place.Slot, moved);
        _arena.Free(handle, oldSize);
    }

    private void Credit(in Place place, ReadOnlySpan<byte> key, in EntryHead head, int payloadLength, bool isEvictable)
    {
        Count(place.Table, head, 1);
        if (head.Version > place.Table.Newest) place.Table.Newest = head.Version;
        Bytes += key.Length + payloadLength;
        if (isEvictable) EvictableBytes += payloadLength;
    }

    private void Discount(in Place place, ReadOnlySpan<byte> key, in Block block)
    {
        Count(place.Table, block.EntryHead, -1);
        Bytes -= key.Length + block.PayloadLength;
        EvictableBytes -= block.EvictableBytes;
    }

    private void Count(KeyTable table, in EntryHead head, int by)
    {
        if (head.Kind != EntryKind.Register)
        {
            if (table.Tree is not null) Tombstones += by;
            return;
        }

        if (head.Expiry.IsNever)
        {
            table.LivePermanently += by;
            return;
        }

        table.LiveForNow += by;
        _expiring += by;
    }

    private void Reset()
    {
        _arena.Reset();
        foreach (KeyTable?[]? partitions in _tables)
        {
            foreach (KeyTable? table in partitions ?? []) table?.OnReset();
        }
    }

    private uint HashOf(scoped ReadOnlySpan<byte> key)
    {
        ulong hash = KeyHash.Of(_seed, key);
        return (uint)(hash ^ hash >> 32);
    }

    private KeyTable TableOf(ushort keyspace, int partition)
    {
        if (keyspace < _tables.Length && _tables[keyspace]?[partition] is { } table) return table;
        return MakeTable(keyspace, partition);
    }

    private KeyTable? FindTable(ushort keyspace, int partition) => keyspace < _tables.Length ? _tables[keyspace]?[partition] : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private KeyTable MakeTable(ushort keyspace, int partition)
    {
        if (keyspace >= _tables.Length)
        {
            Array.Resize(ref _tables, keyspace + 1);
            Array.Resize(ref _slices, keyspace + 1);
        }

        if (_tables[keyspace] is null) (_tables[keyspace], _slices[keyspace]) = (new KeyTable?[Partition.Count], _trees.SliceOf(keyspace));
        return _tables[keyspace]![partition] ??= new KeyTable(_arena, partition, _slices[keyspace]);
    }

    /// <summary>A key's place in the index.</summary>
    /// <param name="Table">Of its keyspace and partition.</param>
    /// <param name="Hash">The key's, 32 bits.</param>
    /// <param name="Slot">The slot that holds it, or the complement of the empty one where it belongs.</param>
    internal readonly record struct Place(KeyTable Table, uint Hash, int Slot)
    {
        public bool IsFound => Slot >= 0;
    }
}
