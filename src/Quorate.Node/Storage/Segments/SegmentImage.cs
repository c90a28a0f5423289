namespace Quorate.Node.Storage.Segments;

/// <summary>A segment's bytes as they were found, walked group by group.</summary>
/// <param name="bytes">The whole file.</param>
/// <param name="storeId">Whose log it must be.</param>
/// <param name="start">Position of its first group.</param>
/// <param name="hasSoundHeader">Whether its header could be read.</param>
internal readonly ref struct SegmentImage(ReadOnlySpan<byte> bytes, ulong storeId, long start, bool hasSoundHeader)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public long Base { get; } = start;

    public bool HasSoundHeader { get; } = hasSoundHeader;

    /// <summary>
    /// The first group with a sound header at or after an offset, which moves there. One that is not where it says it is
    /// was copied there inside a value, or is of an earlier segment in this file, and is none.
    /// </summary>
    public bool TryFindGroup(ref int offset, out GroupHeader header)
    {
        while (offset < Bytes.Length)
        {
            int skipped = Bytes[offset..].IndexOf(GroupHeader.Magic);
            if (skipped < 0) break;
            offset += skipped;
            if (GroupHeader.TryRead(Bytes[offset..], storeId, out header) && IsAt(offset, header)) return true;
            offset++;
        }

        header = default;
        return false;
    }

    /// <summary>A group's records; fewer bytes than its header says where the file ends before.</summary>
    public ReadOnlySpan<byte> RecordsOf(in GroupHeader header, int offset)
    {
        ReadOnlySpan<byte> rest = Bytes[(offset + GroupHeader.Size)..];
        return rest[..Math.Min(header.Length, rest.Length)];
    }

    /// <summary>Where in the file a position is; nonsense for one in another segment.</summary>
    public int OffsetOf(long position) => (int)(position - Base) + SegmentHeader.Size;

    /// <summary>
    /// How many bytes from an offset on are of groups that were begun there and cannot be read: up to the last byte that is not zero,
    /// or to the first group that an earlier segment left, as far as the two can be told apart.
    /// </summary>
    public int TornAfter(int offset)
    {
        if (offset >= Bytes.Length) return 0;
        ReadOnlySpan<byte> rest = Bytes[offset..];
        int earlier = FindEarlierGroup(rest);
        if (earlier < 0) return rest.LastIndexOfAnyExcept((byte)0) + 1;
        bool isEndMarked = !rest[..GroupBuffer.EndMarkSize].ContainsAnyExcept((byte)0);
        return isEndMarked ? 0 : earlier;
    }

    private int FindEarlierGroup(ReadOnlySpan<byte> rest)
    {
        int at = 0;
        while (rest[at..].IndexOf(GroupHeader.Magic) is >= 0 and int skipped)
        {
            at += skipped;
            if (GroupHeader.TryRead(rest[at..], storeId, out GroupHeader header) && header.Position < Base) return at;
            at++;
        }

        return -1;
    }

    private bool IsAt(int offset, in GroupHeader header) => header.Position - Base == offset - SegmentHeader.Size;
}
