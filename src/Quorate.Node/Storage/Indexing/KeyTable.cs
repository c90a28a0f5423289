using System.Runtime.InteropServices;
using Quorate.Core.DataTypes;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Finds the block of a key among those of one partition and keyspace: open addressing with linear probing, a slot being
/// the key's hash and the block's handle in 8 bytes, so that growing reads no block. A table is one of 1024 a keyspace, so
/// growing one is short. The slots are a block too: of an array the length would be one more place in memory to wait for, and
/// 1024 arrays lie in as many pages (docs/performance.md).
/// </summary>
/// <param name="arena">Where the slots and the blocks are.</param>
/// <param name="partition">0 to 1,023; that of its keys.</param>
/// <param name="tree">Its keyspace's part of a hash tree; null where there is none.</param>
internal sealed class KeyTable(Arena arena, int partition, TreeSlice? tree)
{
    private const int InitialSlots = 8;
    private uint _block = NewBlock(arena, InitialSlots);

    public int Partition => partition;

    public TreeSlice? Tree => tree;

    public int Count { get; private set; }

    public int Slots { get; private set; } = InitialSlots;

    /// <summary>The greatest version that was ever put here: where a clear is not below it, all is dead.</summary>
    public Version Newest { get; set; }

    /// <summary>Registers that never expire: live whatever the time is.</summary>
    public int LivePermanently { get; set; }

    /// <summary>Registers that are live until their time.</summary>
    public int LiveForNow { get; set; }

    private Span<ulong> All => SlotsIn(arena, _block, Slots);

    /// <summary>The slot that holds the key, or the complement of the empty one where it belongs.</summary>
    public int Find(uint hash, ReadOnlySpan<byte> key)
    {
        Span<ulong> slots = All;
        int mask = slots.Length - 1;
        int place = (int)hash & mask;
        while (true)
        {
            ulong slot = slots[place];
            if (slot == 0) return ~place;
            if ((uint)(slot >> 32) == hash && new Block(arena[(uint)slot]).Key.SequenceEqual(key)) return place;
            place = (place + 1) & mask;
        }
    }

    /// <summary>Where looking for a hash begins.</summary>
    public ref readonly ulong HomeOf(uint hash) => ref All[(int)hash & (Slots - 1)];

    /// <summary>The block that most likely has a key of this hash, not compared with it; 0 where there is none.</summary>
    public uint GuessHandle(uint hash)
    {
        Span<ulong> slots = All;
        int mask = slots.Length - 1;
        for (int place = (int)hash & mask; slots[place] != 0; place = (place + 1) & mask)
        {
            if ((uint)(slots[place] >> 32) == hash) return (uint)slots[place];
        }

        return 0;
    }

    public uint HandleAt(int place) => (uint)All[place];

    public void Replace(int place, uint handle)
    {
        ref ulong slot = ref All[place];
        slot = slot & 0xFFFFFFFF_00000000 | handle;
    }

    public uint HashAt(int place) => (uint)(All[place] >> 32);

    /// <summary>Fills an empty slot.</summary>
    /// <param name="place">What <see cref="Find"/> answered, uncomplemented.</param>
    /// <param name="hash">The key's.</param>
    /// <param name="handle">Of its block; never 0.</param>
    public void Add(int place, uint hash, uint handle)
    {
        All[place] = (ulong)hash << 32 | handle;
        Count++;
        if (Count > Slots / 4 * 3) Grow();
    }

    /// <summary>Empties a slot, and moves those back that were only behind it for its sake (Knuth, volume 3, algorithm 6.4R).</summary>
    public void Remove(int place)
    {
        Span<ulong> slots = All;
        int mask = slots.Length - 1;
        int hole = place;
        for (int next = (hole + 1) & mask; slots[next] != 0; next = (next + 1) & mask)
        {
            int home = (int)(slots[next] >> 32) & mask;
            if (((next - home) & mask) < ((next - hole) & mask)) continue;
            slots[hole] = slots[next];
            hole = next;
        }

        slots[hole] = 0;
        Count--;
    }

    /// <summary>Counts live registers at a time; looks at blocks only where some expire, or some may be dead.</summary>
    /// <param name="nowMilliseconds">Unix ms: what has expired by then does not count.</param>
    /// <param name="dead">What is not above it and was not swept yet does not count.</param>
    public int CountLive(long nowMilliseconds, Version dead)
    {
        if (dead == Version.None && LiveForNow == 0) return LivePermanently;
        if (Newest <= dead) return 0;

        int live = 0;
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            EntryHead head = new Block(arena[(uint)slot]).EntryHead;
            if (head.Version > dead && head.IsLive(nowMilliseconds)) live++;
        }

        return live;
    }

    /// <summary>Shows every key it holds under a version above <paramref name="dead"/>.</summary>
    public void Scan(KeyPage page, Version dead)
    {
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            var block = new Block(arena[(uint)slot]);
            if (block.Version > dead) page.Add(block.Key, (uint)slot);
        }
    }

    /// <summary>Adds every key in some leaves, under a version above <paramref name="dead"/>.</summary>
    public void List(ReadOnlySpan<bool> isWanted, Version dead, List<LeafKey> into)
    {
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            var block = new Block(arena[(uint)slot]);
            if (block.Version <= dead || tree!.LeafOf(block.Key) is var leaf && !isWanted[leaf]) continue;
            into.Add(new LeafKey(leaf, block.Key.ToArray(), block.EntryHead));
        }
    }

    /// <summary>The hashes of the dead entries between two horizons, in one.</summary>
    public ulong HashDead(HybridTimestamp above, HybridTimestamp upTo)
    {
        ulong hash = 0;
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            var block = new Block(arena[(uint)slot]);
            EntryHead head = block.EntryHead;
            if (!Horizon.HasPassed(upTo, head) || Horizon.PlaceOf(head) <= above) continue;
            hash ^= tree!.HashOf(block.Key, head);
        }

        return hash;
    }

    /// <summary>Every key whose record stands in some places of the log.</summary>
    public List<byte[]> ListAt(Predicate<long> isWanted)
    {
        var found = new List<byte[]>();
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            var block = new Block(arena[(uint)slot]);
            if (isWanted(block.Position)) found.Add(block.Key.ToArray());
        }

        return found;
    }

    /// <summary>Gives the slots back: the table is used no more.</summary>
    public void Free() => arena.Free(_block, Slots * sizeof(ulong));

    /// <summary>An empty table goes on after everything in the arena was taken back.</summary>
    public void OnReset()
    {
        if (Count > 0) throw new InvalidOperationException("The arena was reset under a table that holds keys.");
        (_block, Slots) = (NewBlock(arena, InitialSlots), InitialSlots);
    }

    private void Grow()
    {
        uint block = NewBlock(arena, Slots * 2);
        Span<ulong> grown = SlotsIn(arena, block, Slots * 2);
        int mask = grown.Length - 1;
        foreach (ulong slot in All)
        {
            if (slot == 0) continue;
            int place = (int)(slot >> 32) & mask;
            while (grown[place] != 0) place = (place + 1) & mask;
            grown[place] = slot;
        }

        Free();
        (_block, Slots) = (block, Slots * 2);
    }

    private static uint NewBlock(Arena arena, int slots)
    {
        uint block = arena.Allocate(slots * sizeof(ulong));
        SlotsIn(arena, block, slots).Clear();
        return block;
    }

    private static Span<ulong> SlotsIn(Arena arena, uint block, int slots) => MemoryMarshal.Cast<byte, ulong>(arena[block][..(slots * sizeof(ulong))]);
}
