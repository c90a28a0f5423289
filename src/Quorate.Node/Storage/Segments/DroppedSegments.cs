using System.Buffers.Binary;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// What compaction took out of the line of positions, so that a gap it left is told from a loss. Durable before a segment's
/// file is deleted. Read on the loop, written on the worker, never both at once.
/// </summary>
internal sealed class DroppedSegments
{
    /// <summary>A live segment stands between two ranges, so at 64 MiB each these are 256 GiB at least; then only neighbours go.</summary>
    public const int MaxRanges = 4096;
    private const string Name = "dropped";
    private const int HeaderSize = sizeof(long);
    private const int RangeSize = 24;
    private const int Capacity = HeaderSize + MaxRanges * RangeSize;
    private readonly IDisk _disk;
    private readonly List<Range> _ranges = [];
    private DurableCell? _cell;

    /// <summary>Reads what was dropped before.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public DroppedSegments(IDisk disk)
    {
        _disk = disk;
        if (!disk.List().Contains(Name)) return;
        try
        {
            MakeRoom();
            if (_cell!.Read() is { } value) Load(value);
        }
        catch (DiskFullException)
        {
            // It was being made when the power went, so nothing was dropped.
        }
        catch (StoreDamagedException damage)
        {
            Damage = damage.Message;
        }
    }

    /// <summary>Why nothing is known of what was dropped; null where it is.</summary>
    public string? Damage { get; }

    /// <summary>The log was known to be durable up to here when a segment was last dropped.</summary>
    public long Durable { get; private set; }

    /// <summary>The highest number of a segment that was dropped; 0 for none.</summary>
    public uint LastNumber => _ranges.Count > 0 ? _ranges[^1].Last : 0;

    /// <summary>Makes the file that it needs; done before a segment is chosen, so that a full disk shows early.</summary>
    public void MakeRoom() => _cell ??= DurableCell.Open(_disk, Name, Capacity);

    public bool Contains(uint number) => _ranges.Exists(range => range.First <= number && number <= range.Last);

    /// <summary>Where the line goes on from a position: behind what was dropped there.</summary>
    public long Skip(long position)
    {
        int range = _ranges.FindIndex(range => range.From == position);
        return range < 0 ? position : _ranges[range].To;
    }

    public bool CanAdd(SegmentInfo segment) =>
        Damage is null
        && (_ranges.Count < MaxRanges || _ranges.Exists(range => range.To == segment.Base || range.From == segment.End));

    /// <summary>Returns once it is durable. Blocks.</summary>
    /// <param name="segment">The one that goes.</param>
    /// <param name="from">Where the line ended before the segment: below its begin where something is missing, which goes with it.</param>
    /// <param name="durable">How far the log is durable now.</param>
    public void Add(SegmentInfo segment, long from, long durable)
    {
        int at = _ranges.FindIndex(range => range.From > from);
        if (at < 0) at = _ranges.Count;
        _ranges.Insert(at, new Range(segment.Number, segment.Number, from, segment.End));
        MergeWithNext(at);
        if (at > 0) MergeWithNext(at - 1);
        Durable = durable;
        _cell!.Write(ToBytes());
    }

    public void Close() => _cell?.Dispose();

    private void MergeWithNext(int at)
    {
        if (at + 1 >= _ranges.Count || _ranges[at].To != _ranges[at + 1].From) return;
        _ranges[at] = new Range(_ranges[at].First, _ranges[at + 1].Last, _ranges[at].From, _ranges[at + 1].To);
        _ranges.RemoveAt(at + 1);
    }

    private void Load(ReadOnlySpan<byte> value)
    {
        Durable = BinaryPrimitives.ReadInt64LittleEndian(value);
        for (value = value[HeaderSize..]; !value.IsEmpty; value = value[RangeSize..])
        {
            _ranges.Add(new Range(
                BinaryPrimitives.ReadUInt32LittleEndian(value),
                BinaryPrimitives.ReadUInt32LittleEndian(value[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(value[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(value[16..])));
        }
    }

    private byte[] ToBytes()
    {
        byte[] value = new byte[HeaderSize + _ranges.Count * RangeSize];
        BinaryPrimitives.WriteInt64LittleEndian(value, Durable);
        Span<byte> rest = value.AsSpan(HeaderSize);
        foreach (Range range in _ranges)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, range.First);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], range.Last);
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], range.From);
            BinaryPrimitives.WriteInt64LittleEndian(rest[16..], range.To);
            rest = rest[RangeSize..];
        }

        return value;
    }

    /// <summary>Segments that stood one behind the other: numbers first to last, positions up to but without <c>To</c>.</summary>
    private readonly record struct Range(uint First, uint Last, long From, long To);
}
