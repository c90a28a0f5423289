using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

internal enum ReadStep
{
    Record,

    /// <summary>The next record is not in memory yet: call <see cref="SegmentReader.Fill"/>.</summary>
    NeedsMore,

    End,

    /// <summary>The next record is damaged, and its partition is known.</summary>
    Damaged,

    /// <summary>What comes next is damaged, and nothing is known of it.</summary>
    Unreadable,
}

/// <summary>
/// Reads a closed segment a piece at a time: the worker fills, the loop takes records. Neither while the other does.
/// </summary>
internal sealed class SegmentReader(IDisk disk, SegmentInfo segment, ulong storeId)
{
    /// <summary>Read in a fraction of a millisecond, so that a commit hardly waits behind it.</summary>
    public const int PieceBytes = 128 * 1024;
    private IDiskFile? _file;
    private byte[] _buffer = new byte[PieceBytes];
    private int _start;
    private int _end;
    private int _needed;
    private int _groupLeft;
    private long _groupStart = segment.Base;
    private uint _summed;
    private uint? _sum;
    private long _position = segment.Base;
    private bool _hasEnded;

    /// <summary>Position of the record that <see cref="Next"/> found.</summary>
    public long Position => _position;

    /// <summary>
    /// Where what was found damaged begins: at <see cref="Position"/>, or with the group before it, which has other records than it
    /// was written with.
    /// </summary>
    public long LostStart { get; private set; }

    /// <summary>Where what was found damaged ends, as far as anybody can tell: the next record, the next group, or the segment's end.</summary>
    public long LostEnd { get; private set; }

    /// <summary>Reads on, at least as much as the next record needs. Blocks.</summary>
    /// <returns>Bytes read.</returns>
    public int Fill()
    {
        _file ??= disk.Open(Segment.NameOf(segment.Number));
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_buffer.Length < _needed) Array.Resize(ref _buffer, _needed);

        long offset = segment.OffsetOf(_position) + _end;
        int read = TryRead(_buffer.AsSpan(_end), offset);
        _hasEnded = read < _buffer.Length - _end;
        _end += read;
        return read;
    }

    /// <summary>A sector that cannot be read at all is damage like one that reads wrong.</summary>
    private int TryRead(Span<byte> into, long offset)
    {
        try
        {
            return _file!.Read(into, offset);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Finds the next record, and leaves it to be found again until <see cref="Advance"/>.</summary>
    /// <param name="record">Of <see cref="ReadStep.Record"/>; of <see cref="ReadStep.Damaged"/> only its partition and size.</param>
    /// <param name="bytes">The record as it is on disk, good until the next <see cref="Fill"/>.</param>
    public ReadStep Next(out Record record, out ReadOnlySpan<byte> bytes)
    {
        record = default;
        bytes = _buffer.AsSpan(_start, _end - _start);
        while (_groupLeft == 0)
        {
            if (_sum is { } sum && sum != _summed) return LostGroup();
            if (_position == segment.End) return ReadStep.End;
            if (bytes.Length < GroupHeader.Size) return Needs(GroupHeader.Size);
            if (!GroupHeader.TryRead(bytes, storeId, out GroupHeader group) || group.Position != _position) return Lost(segment.End);
            Skip(GroupHeader.Size);
            (_groupStart, _groupLeft) = (_position, group.Length);
            (_summed, _sum) = (GroupHeader.NoSum, group.Sum);
            bytes = bytes[GroupHeader.Size..];
        }

        int header = Math.Min(RecordFormat.LargestHeaderSize, _groupLeft);
        if (bytes.Length < header) return Needs(header);
        if (!RecordFormat.TryReadHeader(bytes, out RecordHeader found) || found.Size > _groupLeft) return Lost(_position + _groupLeft);
        if (bytes.Length < found.Size) return Needs((int)found.Size);

        bytes = bytes[..(int)found.Size];
        return RecordFormat.Read(bytes, out record) switch
        {
            RecordState.Sound => ReadStep.Record,
            RecordState.Damaged => Lost(_position + found.Size, ReadStep.Damaged),
            _ => Lost(_position + _groupLeft),
        };
    }

    /// <summary>What is in memory of the records to come, not checked, as far as the group goes.</summary>
    public ReadOnlySpan<byte> Ahead => _buffer.AsSpan(_start, Math.Min(_groupLeft, _end - _start));

    /// <summary>Goes past a record.</summary>
    public void Advance(int size)
    {
        _summed = GroupHeader.AddTo(_summed, _buffer.AsSpan(_start));
        Skip(size);
        _groupLeft -= size;
    }

    /// <summary>Goes past what is damaged, to where a record or a group begins.</summary>
    public void SkipTo(long position)
    {
        int skipped = (int)(position - _position);
        _sum = null; // what is skipped is not in it
        _groupLeft = Math.Max(0, _groupLeft - skipped);
        if (skipped <= _end - _start)
        {
            Skip(skipped);
            return;
        }

        (_start, _end, _needed, _position, _hasEnded) = (0, 0, 0, position, false);
    }

    public void Close() => _file?.Dispose();

    private void Skip(int bytes)
    {
        _start += bytes;
        _position += bytes;
    }

    private ReadStep Needs(int bytes)
    {
        _needed = bytes;
        return _hasEnded ? Lost(_groupLeft > 0 ? _position + _groupLeft : segment.End) : ReadStep.NeedsMore;
    }

    private ReadStep Lost(long end, ReadStep found = ReadStep.Unreadable)
    {
        (LostStart, LostEnd) = (_position, end);
        return found;
    }

    private ReadStep LostGroup()
    {
        (LostStart, LostEnd) = (_groupStart, _position);
        return ReadStep.Unreadable;
    }
}
