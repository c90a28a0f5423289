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
    /// was copied there inside a value, and is none.
    /// </summary>
    public bool TryFindGroup(ref int offset, out GroupHeader header)
    {
        while (offset < Bytes.Length)
        {
            int skipped = Bytes[offset..].IndexOf(GroupHeader.Magic);
            if (skipped < 0) break;
            offset += skipped;
            if (GroupHeader.TryRead(Bytes[offset..], storeId, out header) && OffsetOf(header.Position) == offset) return true;
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

    /// <summary>How many bytes there are from an offset to the last that is not zero.</summary>
    public int UsedAfter(int offset) =>
        offset < Bytes.Length ? Bytes[offset..].LastIndexOfAnyExcept((byte)0) + 1 : 0;
}
