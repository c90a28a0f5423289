using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage.Clearing;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage;

/// <summary>Tells which records of the log are still needed, and logs those again whose segment is to go.</summary>
/// <param name="index">Names the records of entries, and is told of their new places.</param>
/// <param name="clears">Names those of clears, and is told too.</param>
/// <param name="horizons">What they have passed may still be needed on disk.</param>
/// <param name="clearing">While it is under way, what the index names may be dead.</param>
/// <param name="log">Where the records are.</param>
internal sealed class LiveRecords(EntryIndex index, ClearTable clears, Horizons horizons, Sweep clearing, LogWriter log)
{
    /// <summary>Has memory ready for what the first of these records are looked up by.</summary>
    /// <returns>How many.</returns>
    public int ExpectAll(ReadOnlySpan<byte> records)
    {
        int count = 0;
        for (; count < IForesight.Window && RecordFormat.TryReadHeader(records, out RecordHeader header) && header.Size <= records.Length; count++)
        {
            index.Expect(header.Keyspace, header.Partition, records.Slice(header.HeaderSize, (int)header.KeyLength));
            records = records[(int)header.Size..];
        }

        index.FetchExpected();
        return count;
    }

    /// <summary>Logs a record again if it is the one that the index names; false where it must be, and cannot be now.</summary>
    public bool TryKeep(in Record record, ReadOnlySpan<byte> bytes, long position)
    {
        if (clearing.IsUnderWay) return false;
        if (record.IsClear) return TryKeepClear(record.Keyspace, bytes, position);
        EntryIndex.Place place = index.Find(record.Keyspace, record.Partition, record.Key);
        // Where a write was lost an earlier record may stand in its place: the reader tells at the end of the group.
        bool isHeld = place.IsFound && index.BlockAt(place) is var block && block.Position == position && block.EntryHead == record.Entry.Head;
        // A tombstone that was reaped is in no index, and hides what may still be on disk in an older segment.
        bool mayHide = !place.IsFound && record.Entry.Head.Kind == EntryKind.Tombstone && horizons.Covers(record.Keyspace) && !log.Map.IsOldest(position);
        if (!isHeld && !mayHide) return true;
        if (!TryMove(bytes, position, out long moved)) return false;
        if (isHeld) index.BlockAt(place).MoveTo(moved);
        else log.Reap(moved, bytes.Length);
        return true;
    }

    /// <summary>Logs the clears in lost places again, which are always in memory; false where there is no room.</summary>
    public bool TryKeepClears(LostPlaces lost)
    {
        Span<byte> record = stackalloc byte[RecordFormat.ClearSize];
        for (int keyspace = 0; keyspace < clears.Count; keyspace++)
        {
            Clear held = clears[(ushort)keyspace];
            if (held.Version == Version.None || !lost.Contains(held.Position)) continue;
            RecordFormat.WriteClear(record, (ushort)keyspace, held.Version);
            if (!TryKeepClear((ushort)keyspace, record, held.Position)) return false;
        }

        return true;
    }

    private bool TryKeepClear(ushort keyspace, ReadOnlySpan<byte> bytes, long position)
    {
        Clear held = clears[keyspace];
        if (held.Version == Version.None || held.Position != position) return true;
        if (!TryMove(bytes, position, out long moved)) return false;
        clears.Set(keyspace, held with { Position = moved });
        return true;
    }

    private bool TryMove(ReadOnlySpan<byte> record, long position, out long moved)
    {
        if (log.TryAppend(record.Length, useSpare: true, out Span<byte> again, out moved) != Verdict.Stored) return false;
        record.CopyTo(again);
        log.Bury(position, record.Length);
        return true;
    }
}
