using System.Buffers.Binary;
using Quorate.Core;

namespace Quorate.Node.Storage.Segments;

/// <summary>How a segment begins. The format is in docs/protocols/log-format.md.</summary>
/// <param name="StoreId">The node whose log this is.</param>
/// <param name="Number">Its place among the segments, as in its name.</param>
/// <param name="Base">Position of the first group.</param>
internal readonly record struct SegmentHeader(ulong StoreId, uint Number, long Base)
{
    public const int Size = 32;
    public const ushort FormatVersion = 2;
    private static ReadOnlySpan<byte> Magic => "QLOG"u8;

    public void Write(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], StoreId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Base);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Checksum.Compute(bytes[8..Size]));
    }

    /// <summary>False where the header is damaged, was never written, or is what another segment left in this file.</summary>
    /// <exception cref="IOException">Another version wrote it.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint number, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum.Compute(bytes[8..Size])) return false;

        int format = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        RecordFormat.RefuseNewer("segment", format, FormatVersion);
        if (format < FormatVersion)
        {
            throw new IOException(
                $"The log has a segment of format {format}, from before the first release, and this version of Quorate reads {FormatVersion}: "
                + "start this node with an empty data directory in place of itself, and it fetches its keys from the others.");
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        return header.Number == number;
    }
}
