using System.Buffers;
using System.Buffers.Binary;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>
/// A record in a snapshot: where it is in the segment, the checksum of its payload, then the record byte for byte, without
/// a payload that could be let go of anyway. So whatever a record says beside its value, a snapshot says too.
/// </summary>
internal readonly ref struct SnapshotRecord(RecordHeader header, ReadOnlySpan<byte> bytes, int place, uint payloadChecksum)
{
    private const int FrontSize = 8;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly RecordHeader _header = header;

    /// <summary>Position of the record less that of the segment's first group.</summary>
    public int Place => place;

    public bool IsWhole => !LeavesOutPayload(_header);

    /// <summary>Bytes in the snapshot.</summary>
    public int SnapshotSize => FrontSize + _bytes.Length;

    /// <summary>All but the entry.</summary>
    public Record Record => new(_header.Keyspace, _header.Partition, (int)_header.Size, _bytes.Slice(_header.HeaderSize, (int)_header.KeyLength), default);

    public EntryDigest Digest => new(_header.Head, (ulong)_header.PayloadLength << 32 | payloadChecksum);

    /// <summary>The record as it is in the log, of one that is whole.</summary>
    public RecordState ReadWhole(out Record record) => RecordFormat.Read(_bytes, out record);

    /// <summary>Writes a record as a snapshot has it, without a payload that is not short.</summary>
    /// <param name="into">Appended to.</param>
    /// <param name="record">A sound record as it is in the log.</param>
    /// <param name="place">Position of the record less that of the segment's first group.</param>
    public static void Write(IBufferWriter<byte> into, ReadOnlySpan<byte> record, int place)
    {
        RecordFormat.TryReadHeader(record, out RecordHeader header);
        int payloadStart = (int)header.PayloadStart;
        int payloadEnd = (int)header.PayloadEnd;
        Span<byte> front = into.GetSpan(FrontSize);
        BinaryPrimitives.WriteInt32LittleEndian(front, place);
        BinaryPrimitives.WriteUInt32LittleEndian(front[4..], Checksum.Compute(record[payloadStart..payloadEnd]));
        into.Advance(FrontSize);
        if (!LeavesOutPayload(header)) payloadStart = payloadEnd;
        into.Write(record[..payloadStart]);
        into.Write(record[payloadEnd..]);
    }

    /// <summary>Reads the record at the start of some bytes; false where there is none.</summary>
    /// <exception cref="IOException">A newer version wrote it.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SnapshotRecord record)
    {
        record = default;
        if (bytes.Length < FrontSize || !RecordFormat.TryReadHeader(bytes[FrontSize..], out RecordHeader header)) return false;
        long size = LeavesOutPayload(header) ? header.Size - header.PayloadLength : header.Size;
        if (size > bytes.Length - FrontSize) return false;

        record = new SnapshotRecord(
            header,
            bytes.Slice(FrontSize, (int)size),
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        return true;
    }

    private static bool LeavesOutPayload(in RecordHeader header) => header.PayloadLength >= Block.LeastEvictable;
}
