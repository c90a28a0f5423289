using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Versions;
using Quorate.Node.Storage.Clearing;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage;

/// <summary>Fills the index from the log at the start; the order of records in it does not matter (law 1).</summary>
/// <param name="index">What is filled.</param>
/// <param name="clears">Filled too.</param>
/// <param name="horizons">What is gone for good is not taken in again.</param>
/// <param name="valueMemoryBytes">What is above it stays on disk.</param>
internal sealed class IndexReplay(EntryIndex index, ClearTable clears, Horizons horizons, long valueMemoryBytes)
{
    /// <summary>Takes a record in, and buries what has lost in the map of the segments.</summary>
    public void Take(in Record record, long position, SegmentMap map)
    {
        if (record.IsClear) TakeClear(record, position, map);
        else if (record.Entry.Head.Version <= clears[record.Keyspace].Version) map.Bury(position, record.Size);
        else TakeEntry(record, position, map);
    }

    /// <summary>Takes in a record of which only the digest was read: memory is set aside for its payload where there is room.</summary>
    public void TakeDigest(in Record record, in EntryDigest digest, long position, SegmentMap map)
    {
        if (digest.Head.Version <= clears[record.Keyspace].Version)
        {
            map.Bury(position, record.Size);
            return;
        }

        EntryIndex.Place place = index.Find(record.Keyspace, record.Partition, record.Key);
        int order = place.IsFound ? index.BlockAt(place).CompareTo(digest) : -1;
        if (!TryMakeWay(place, order, position, record.Size, map)) return;
        bool fits = index.EvictableBytes + digest.PayloadLength <= valueMemoryBytes;
        index.Put(place, record.Key, digest, fits, position);
    }

    /// <summary>Takes a value back that memory was set aside for.</summary>
    public void Warm(in Record record, long position)
    {
        if (record.IsClear) return;
        EntryIndex.Place place = index.Find(record.Keyspace, record.Partition, record.Key);
        if (!place.IsFound) return;
        Block block = index.BlockAt(place);
        if (block.Position == position && block.IsReserved && record.Entry.Digest == block.Digest)
            index.Restore(place, record.Key, record.Entry.Payload);
    }

    /// <summary>Sweeps at once: so the start needs no more memory than the run before it.</summary>
    private void TakeClear(in Record record, long position, SegmentMap map)
    {
        Clear held = clears[record.Keyspace];
        Version version = record.Entry.Head.Version;
        if (held.Version > version)
        {
            map.Bury(position, record.Size);
            return;
        }

        if (held.Version != Version.None) map.Bury(held.Position, RecordFormat.ClearSize);
        clears.Set(record.Keyspace, new Clear(version, position));
        for (int partition = 0; partition < Partition.Count; partition++)
            index.Sweep(record.Keyspace, partition, (in EntryHead head) => head.Version <= version, map.Bury);
    }

    private void TakeEntry(in Record record, long position, SegmentMap map)
    {
        EntryIndex.Place place = index.Find(record.Keyspace, record.Partition, record.Key);
        int order = place.IsFound ? index.BlockAt(place).CompareTo(record.Entry) : -1;
        if (!TryMakeWay(place, order, position, record.Size, map)) return;
        if (horizons.AreAbove(record.Keyspace, record.Partition, record.Entry.Head))
        {
            // Whatever it hides came before it, and nothing older is taken any more.
            if (place.IsFound) index.Remove(place);
            map.Reap(position, record.Size);
            return;
        }

        index.Put(place, record.Key, record.Entry, position);
        index.EvictAbove(valueMemoryBytes, long.MaxValue);
    }

    /// <summary>Buries the lesser of what is held and what was read; false where that is what was read.</summary>
    /// <param name="place">Of the key that was read.</param>
    /// <param name="order">Of what is held against it.</param>
    /// <param name="position">Of the record that was read.</param>
    /// <param name="size">Bytes of that record.</param>
    /// <param name="map">Told what is dead.</param>
    private bool TryMakeWay(in EntryIndex.Place place, int order, long position, int size, SegmentMap map)
    {
        if (order > 0)
        {
            map.Bury(position, size);
            return false;
        }

        if (place.IsFound) map.Bury(index.BlockAt(place).Position, index.BlockAt(place).RecordSize);
        return true;
    }
}
