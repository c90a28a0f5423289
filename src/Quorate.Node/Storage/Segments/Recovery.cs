using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Snapshots;

namespace Quorate.Node.Storage.Segments;

/// <summary>Takes a record that was found sound.</summary>
internal delegate void Replay(in Record record, long position, SegmentMap map);

/// <summary>Takes a record whose payload stayed on disk.</summary>
internal delegate void ReplayDigest(in Record record, in EntryDigest digest, long position, SegmentMap map);

/// <summary>
/// Reads the log back, closed segments from their index snapshots where they have sound ones. Groups stand in one line of
/// positions, whichever segments they are in, so anything missing between two shows as a gap. A gap or a damaged group that
/// nothing later calls durable is the torn tail of a crash: never confirmed as durable, it and what follows are cut, whole
/// groups at a time. Anything else is damage: it is reported, stays where it is, is found again at each start until it was
/// mended, and makes the partitions it may concern unfit (law 11).
/// </summary>
internal sealed class Recovery(StoreOptions options, IDisk disk, DroppedSegments dropped, Replay replay, ReplayDigest replayDigest)
{
    private const int NoSegment = -1;
    private readonly SegmentMap _map = new();
    private readonly SnapshotReader _snapshots = new(disk, options.StoreId);
    private readonly List<long> _bases = [];
    private readonly List<string> _findings = [];
    private uint[] _numbers = [];
    private byte[] _buffer = [];
    private long _end;
    private long _durable;
    private long? _durableAhead;
    private int _tail = NoSegment;
    private int _tailOffset;
    private long _cutBytes;
    private int _damages;

    /// <summary>Partitions that something is missing from.</summary>
    public Fitness Fitness { get; } = new();

    /// <summary>Runs once.</summary>
    /// <exception cref="IOException">The disk failed, or the log is another node's or a newer version's.</exception>
    public RecoveredLog Run()
    {
        _numbers = SegmentNumbersIn(disk);
        TakeOverDropped();
        _snapshots.Keep(_numbers);
        for (int index = 0; index < _numbers.Length; index++)
        {
            if (!TryReplaySnapshot(index) && !TryReplaySegment(index)) break;
        }

        CutAfterTail();
        _end = dropped.Skip(_end);
        RewriteUnconfirmed();
        uint lastNumber = Math.Max(dropped.LastNumber, _tail == NoSegment ? 0 : _numbers[_tail]);
        bool isEndLost = _durable > _end;
        if (isEndLost) LeaveGap();
        // What is damaged gets no more records, so that it can go once it was mended.
        bool isTailDamaged = _tail != NoSegment && _map.Count > 0 && _map.All[^1] is { Damage: not null };
        return new RecoveredLog(_tail == NoSegment || isEndLost || isTailDamaged ? null : OpenTail(), _end, lastNumber + 1, _map);
    }

    public RecoveryReport Report(long entries, long bytes) =>
        new(entries, bytes, _cutBytes, _damages, Fitness.Unfit.Count(), [.. _findings]);

    private static uint[] SegmentNumbersIn(IDisk disk)
    {
        var numbers = new List<uint>();
        foreach (string name in disk.List())
        {
            if (Segment.TryParseName(name, out uint number)) numbers.Add(number);
        }

        numbers.Sort();
        return [.. numbers];
    }

    /// <summary>
    /// What a snapshot says of its segment was sound and durable when it was made, so nothing can be torn; what was damaged
    /// since is found when it is read.
    /// </summary>
    private bool TryReplaySnapshot(int index)
    {
        long start = dropped.Skip(_end);
        if (!_snapshots.TryRead(_numbers[index], start, ref _buffer, out SnapshotHeader header, out ReadOnlySpan<byte> records)) return false;

        SegmentInfo segment = _map.Open(_numbers[index], start);
        (segment.SnapshotBytes, segment.IsUnread) = (SnapshotHeader.Size + header.Length, true);
        _map.Extend(header.End, 0);
        int headers = (int)(header.End - start);
        while (!records.IsEmpty)
        {
            Record whole = default;
            if (!SnapshotRecord.TryRead(records, out SnapshotRecord found) || (found.IsWhole && found.ReadWhole(out whole) != RecordState.Sound))
                throw new InvalidOperationException($"{SnapshotHeader.NameOf(header.Number)} has its checksum and no record at {records.Length} bytes before its end.");
            if (found.IsWhole) replay(whole, start + found.Place, _map);
            else replayDigest(found.Record, found.Digest, start + found.Place, _map);
            headers -= found.Record.Size;
            records = records[found.SnapshotSize..];
        }

        _map.Bury(start, headers);
        _bases.Add(start);
        _durable = Math.Max(_durable, header.Durable);
        _end = header.End;
        (_tail, _tailOffset) = (index, (int)header.EndOffset);
        return true;
    }

    /// <summary>False where the torn tail begins.</summary>
    private bool TryReplaySegment(int index)
    {
        _end = dropped.Skip(_end);
        SegmentImage image = Load(index, _end, ref _buffer);
        _bases.Add(image.Base);
        SegmentInfo? segment = null;
        int offset = SegmentHeader.Size;
        long durable = Math.Max(_durable, PeekDurable(index + 1));
        while (image.TryFindGroup(ref offset, out GroupHeader group))
        {
            ReadOnlySpan<byte> records = image.RecordsOf(group, offset);
            bool isMissing = group.Position != _end || records.Length < group.Length;
            bool mayBeTorn = isMissing || (group.End > durable && !(SumOf(records) == group.Sum && AreSound(records)));
            if (mayBeTorn && IsTornTail(index, offset)) return false;

            segment ??= _map.Open(_numbers[index], image.Base);
            _map.Extend(group.End, GroupHeader.Size);
            if (isMissing) Damage(segment, null, _end, group.Position, $"Something is missing in {NameAt(index)}, before offset {offset + records.Length}.");
            if (_tail != index && !image.HasSoundHeader) NoteBadHeader(segment);
            ReplayGroup(segment, group, offset + GroupHeader.Size, records);
            offset += GroupHeader.Size + records.Length;
            _durable = Math.Max(_durable, group.Durable);
            _end = group.End;
            (_tail, _tailOffset) = (index, offset);
        }

        return true;
    }

    /// <summary>How far the first group of a segment says that the log was durable: saves looking twice at what was before it.</summary>
    private long PeekDurable(int index)
    {
        if (index >= _numbers.Length) return 0;
        using IDiskFile file = disk.Open(NameAt(index));
        Span<byte> front = stackalloc byte[SegmentHeader.Size + GroupHeader.Size];
        if (file.Read(front, 0) < front.Length || !SegmentHeader.TryRead(front, _numbers[index], out SegmentHeader header)) return 0;
        bool isSound = GroupHeader.TryRead(front[SegmentHeader.Size..], options.StoreId, out GroupHeader group) && group.Position == header.Base;
        return isSound ? group.Durable : 0;
    }

    /// <summary>Deletes what compaction dropped but did not live to delete, and what the last run did not use again.</summary>
    private void TakeOverDropped()
    {
        foreach (string name in disk.List().Where(Segment.IsFreeName)) disk.Delete(name);
        if (dropped.Damage is { } damage) Damage(damage);
        _durable = dropped.Durable;
        foreach (uint number in _numbers.Where(dropped.Contains)) disk.Delete(Segment.NameOf(number));
        _numbers = [.. _numbers.Where(number => !dropped.Contains(number))];
    }

    private static bool AreSound(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            if (RecordFormat.Read(records, out Record record) != RecordState.Sound) return false;
            records = records[record.Size..];
        }

        return true;
    }

    /// <summary>Null where the header of a record cannot be read.</summary>
    private static uint? SumOf(ReadOnlySpan<byte> records)
    {
        uint sum = GroupHeader.NoSum;
        while (!records.IsEmpty)
        {
            if (!RecordFormat.TryReadHeader(records, out RecordHeader header) || header.Size > records.Length) return null;
            sum = GroupHeader.AddTo(sum, records);
            records = records[(int)header.Size..];
        }

        return sum;
    }

    private void ReplayGroup(SegmentInfo segment, in GroupHeader group, int offset, ReadOnlySpan<byte> records)
    {
        string name = Segment.NameOf(segment.Number);
        (long position, long end) = (group.Position + GroupHeader.Size, group.End);
        if (SumOf(records) is { } sum && sum != group.Sum)
        {
            Damage(segment, null, position, end, $"The records in {name} from offset {offset} are not those that were written there.");
            return;
        }

        while (!records.IsEmpty)
        {
            switch (RecordFormat.Read(records, out Record record))
            {
                case RecordState.Sound:
                    replay(record, position, _map);
                    break;
                case RecordState.Damaged:
                    Damage(segment, record.Partition, position, position + record.Size, $"A record of partition {record.Partition} in {name} at offset {offset} is damaged.");
                    break;
                default:
                    Damage(segment, null, position, end, $"A record in {name} at offset {offset} is damaged, and what follows in its group is lost.");
                    return;
            }

            records = records[record.Size..];
            offset += record.Size;
            position += record.Size;
        }
    }

    /// <summary>Whether no group from here on says that the log was durable beyond where it broke.</summary>
    private bool IsTornTail(int index, int offset)
    {
        _durableAhead ??= dropped.Damage is null ? Math.Max(LookAhead(index, offset), _durable) : long.MaxValue;
        return _durableAhead <= _end;
    }

    private long LookAhead(int index, int offset)
    {
        byte[] buffer = [];
        long durable = 0;
        long end = _end;
        for (; index < _numbers.Length; index++)
        {
            end = dropped.Skip(end);
            SegmentImage image = Load(index, index < _bases.Count ? _bases[index] : end, ref buffer);
            while (image.TryFindGroup(ref offset, out GroupHeader group))
            {
                durable = Math.Max(durable, group.Durable);
                end = group.End;
                offset += GroupHeader.Size;
            }

            offset = SegmentHeader.Size;
        }

        return durable;
    }

    private void CutAfterTail()
    {
        for (int index = _numbers.Length - 1; index > _tail; index--)
        {
            Cut(index, 0, Load(index, _end, ref _buffer).TornAfter(0));
            disk.Delete(NameAt(index));
            _snapshots.Delete(_numbers[index]);
        }

        disk.SyncDirectory();
        if (_tail == NoSegment) return;
        SegmentImage tail = Load(_tail, _bases[_tail], ref _buffer);
        if (!tail.Bytes[Math.Min(_tailOffset, tail.Bytes.Length)..].ContainsAnyExcept((byte)0)) return;

        Cut(_tail, _tailOffset, tail.TornAfter(_tailOffset));
        using IDiskFile file = disk.Open(NameAt(_tail));
        file.Truncate(_tailOffset);
        file.Sync();
    }

    /// <summary>
    /// Makes durable what was read but nothing says was synced. It is written again first: where an fsync failed before the
    /// stop, the kernel may hold these pages as clean although they are not on disk.
    /// </summary>
    private void RewriteUnconfirmed()
    {
        for (int index = _tail; index >= 0 && _durable < _end; index--)
        {
            SegmentImage image = Load(index, _bases[index], ref _buffer);
            int from = _durable <= image.Base ? 0 : image.OffsetOf(_durable);
            ReadOnlySpan<byte> bytes = index == _tail ? image.Bytes[..Math.Min(_tailOffset, image.Bytes.Length)] : image.Bytes;
            if (from >= bytes.Length) return;
            using IDiskFile file = disk.Open(NameAt(index));
            file.Write(bytes[from..], from);
            file.Sync();
            if (from > 0) return;
        }
    }

    /// <summary>
    /// The log ends before what was known to be durable: it goes on in a new segment behind the gap, so that the loss is
    /// found again at each start, until that segment goes.
    /// </summary>
    private void LeaveGap()
    {
        Damage($"The last {_durable - _end} bytes of the log are missing, although the disk had confirmed them.");
        _end = _durable;
        _map.IsGapAhead = true;
    }

    private Segment OpenTail()
    {
        IDiskFile file = disk.Open(NameAt(_tail));
        int capacity = (int)file.Length;
        try
        {
            if (capacity < options.SegmentBytes)
            {
                file.Allocate(options.SegmentBytes);
                file.Sync();
                capacity = options.SegmentBytes;
            }
        }
        catch (DiskFullException)
        {
            // It starts with the room it has, and refuses puts when that is used up.
        }

        return new Segment(_numbers[_tail], file, _bases[_tail], _tailOffset, capacity);
    }

    /// <summary>Reads a whole segment; one that is another node's, or larger than any, is refused.</summary>
    /// <param name="index">Of the segment in the order of their numbers.</param>
    /// <param name="expectedBase">Its first group's position, where its header cannot say.</param>
    /// <param name="buffer">Holds the file's bytes; made larger where it is too small.</param>
    private SegmentImage Load(int index, long expectedBase, ref byte[] buffer)
    {
        using IDiskFile file = disk.Open(NameAt(index));
        if (file.Length > Array.MaxLength)
            throw new StoreDamagedException($"{NameAt(index)} in {disk.Path} has {file.Length} bytes, which no segment has.");

        int length = (int)file.Length;
        if (buffer.Length < length) buffer = new byte[length];
        int read = file.Read(buffer.AsSpan(0, length), 0);
        bool isSound = SegmentHeader.TryRead(buffer.AsSpan(0, read), _numbers[index], out SegmentHeader header);
        if (isSound && header.StoreId != options.StoreId)
        {
            throw new IOException(
                $"{disk.Path} holds the log of node {header.StoreId:x16}, and this is node {options.StoreId:x16}: "
                + "give each node a data directory of its own.");
        }

        return new SegmentImage(buffer.AsSpan(0, read), options.StoreId, isSound ? header.Base : expectedBase, isSound);
    }

    private string NameAt(int index) => Segment.NameOf(_numbers[index]);

    private void Cut(int index, int offset, int bytes)
    {
        if (bytes == 0) return;
        _cutBytes += bytes;
        Note($"{bytes} bytes in {NameAt(index)} from offset {offset} were never confirmed by the disk and are cut.");
    }

    /// <summary>Something that was durable cannot be read.</summary>
    /// <param name="segment">Where.</param>
    /// <param name="partition">Which one it concerns; null where nobody knows.</param>
    /// <param name="from">Position where it begins.</param>
    /// <param name="to">Position behind it.</param>
    /// <param name="finding">A line for people.</param>
    private void Damage(SegmentInfo segment, int? partition, long from, long to, string finding)
    {
        segment.NoteDamage(partition, from, to);
        Fitness.Lose(partition);
        _damages++;
        Note(finding);
    }

    /// <summary>No segment says what was lost: it may be anything.</summary>
    private void Damage(string finding)
    {
        Fitness.Lose(null);
        _damages++;
        Note(finding);
    }

    private void NoteBadHeader(SegmentInfo segment)
    {
        segment.Damage ??= new SegmentDamage();
        _damages++;
        Note($"The header of {Segment.NameOf(segment.Number)} is damaged; nothing is lost by that.");
    }

    private void Note(string finding)
    {
        if (_findings.Count < RecoveryReport.MaxFindings) _findings.Add(finding);
    }
}
