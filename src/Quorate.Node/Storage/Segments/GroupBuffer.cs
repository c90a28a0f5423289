namespace Quorate.Node.Storage.Segments;

/// <summary>
/// Records that will be written together, with room before them for their group's header and, where the group opens a
/// segment, the segment's: so that one write takes all.
/// </summary>
internal sealed class GroupBuffer
{
    /// <summary>
    /// Zeros behind the last group, where the next one's magic goes: nothing was begun there, whatever an earlier segment left.
    /// </summary>
    public const int EndMarkSize = 4;

    private const int Front = SegmentHeader.Size + GroupHeader.Size;

    // Below this a buffer stays as large as it became; above, groups that leave most of it unused halve it.
    private const int KeptBytes = 1024 * 1024;
    private byte[] _bytes = new byte[16 * 1024];
    private int _end = Front;
    private int _last = Front;
    private uint _sum = GroupHeader.NoSum;

    public bool IsEmpty => _end == Front;

    /// <summary>Bytes of the group with its header.</summary>
    public int Length => _end - SegmentHeader.Size;

    /// <summary>Room for one more record; its offset in the group is what <see cref="Length"/> was.</summary>
    public Span<byte> Append(int bytes)
    {
        AddLast();
        Reserve(bytes);
        Span<byte> room = _bytes.AsSpan(_end, bytes);
        _end += bytes;
        return room;
    }

    /// <summary>The group as it goes to disk.</summary>
    /// <param name="storeId">Whose log it is; in the checksum.</param>
    /// <param name="position">Its own place in the log.</param>
    /// <param name="durable">How far the log is durable now.</param>
    /// <param name="room">Bytes that its segment has behind it.</param>
    public ReadOnlyMemory<byte> Seal(ulong storeId, long position, long durable, int room)
    {
        AddLast();
        var header = new GroupHeader(_end - Front, position, durable, _sum);
        header.Write(_bytes.AsSpan(SegmentHeader.Size), storeId);
        int mark = Math.Min(room, EndMarkSize);
        Reserve(mark);
        _bytes.AsSpan(_end, mark).Clear();
        return _bytes.AsMemory(SegmentHeader.Size, Length + mark);
    }

    /// <summary>The same with the header of the segment that it opens.</summary>
    public ReadOnlyMemory<byte> Seal(in SegmentHeader opened, long durable, int room)
    {
        int length = Seal(opened.StoreId, opened.Base, durable, room).Length;
        opened.Write(_bytes);
        return _bytes.AsMemory(0, SegmentHeader.Size + length);
    }

    public void Clear()
    {
        if (_bytes.Length > KeptBytes && _end < _bytes.Length / 4) _bytes = new byte[_bytes.Length / 2];
        (_end, _last, _sum) = (Front, Front, GroupHeader.NoSum);
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _end < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + bytes));
    }

    /// <summary>The record appended last has been filled by now.</summary>
    private void AddLast()
    {
        if (_last < _end) _sum = GroupHeader.AddTo(_sum, _bytes.AsSpan(_last));
        _last = _end;
    }
}
