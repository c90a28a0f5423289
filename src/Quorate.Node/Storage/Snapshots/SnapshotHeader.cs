using System.Buffers.Binary;
using System.Globalization;
using Quorate.Core;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>How an index snapshot begins, and so of what it is one. The format is in docs/protocols/log-format.md.</summary>
/// <param name="StoreId">The node whose log this is.</param>
/// <param name="Number">Number of the segment.</param>
/// <param name="Base">Position of the segment's first group.</param>
/// <param name="End">Position after its last group.</param>
/// <param name="Durable">The log was known to be durable up to here; not below the end, or there would be no snapshot.</param>
/// <param name="Length">Bytes that follow.</param>
/// <param name="RecordsChecksum">Their checksum.</param>
internal readonly record struct SnapshotHeader(
    ulong StoreId, uint Number, long Base, long End, long Durable, long Length, uint RecordsChecksum)
{
    public const int Size = 64;
    public const ushort FormatVersion = 1;
    private const string Suffix = ".index";

    private static ReadOnlySpan<byte> Magic => "QIDX"u8;

    public static string NameOf(uint number) => number.ToString("d10", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParseName(string name, out uint number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && uint.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && NameOf(number) == name;
    }

    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], StoreId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Base);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], End);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], Durable);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[56..], RecordsChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Checksum.Compute(bytes[8..Size]));
    }

    /// <summary>False where it is damaged, was never finished, or has a format that this version does not know: it can be made again.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SnapshotHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum.Compute(bytes[8..Size])) return false;
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) != FormatVersion) return false;

        header = new SnapshotHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]));
        return true;
    }

    /// <summary>Where in the segment's file its last group ends.</summary>
    public long EndOffset => End - Base + SegmentHeader.Size;
}
