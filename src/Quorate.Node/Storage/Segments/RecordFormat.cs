using System.Buffers.Binary;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Core.Versions;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// An entry on disk: a header with a checksum of its own, so that damage in the body can be laid to a partition, then the
/// key and payload. The table is in docs/protocols/log-format.md.
/// </summary>
internal static class RecordFormat
{
    public const byte FormatVersion = 1;
    public const int FixedHeaderSize = 48;
    public const int LargestHeaderSize = FixedHeaderSize + ExpirySize + PredecessorSize + 2 * LengthSize;
    public const int ClearSize = FixedHeaderSize;

    /// <summary>Beside the kinds of entries, and above all that there will be.</summary>
    private const byte ClearKind = 128;
    private const int ExpirySize = 4 + 8 + Version.Size;
    private const int PredecessorSize = 8;
    private const int LengthSize = 4;

    public static int SizeOf(int keyLength, in Entry entry) =>
        HeaderSizeOf(FlagsOf(entry)) + keyLength + entry.Payload.Length;

    public static int SizeOf(int keyLength, bool hasExpiry, int payloadLength) =>
        HeaderSizeOf(hasExpiry ? RecordFlags.Expiry : RecordFlags.None) + keyLength + payloadLength;

    /// <summary>Writes an entry's record.</summary>
    /// <param name="record">Exactly <see cref="SizeOf(int, in Entry)"/> bytes.</param>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="key">Stands before the payload.</param>
    /// <param name="entry">Not absent.</param>
    public static void Write(Span<byte> record, ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry) =>
        Write(record, (byte)entry.Head.Kind, keyspace, partition, key, entry);

    /// <summary>Writes a clear's record.</summary>
    /// <param name="record">Exactly <see cref="ClearSize"/> bytes.</param>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="version">What is not above it is dead.</param>
    public static void WriteClear(Span<byte> record, ushort keyspace, Version version) =>
        Write(record, ClearKind, keyspace, 0, default, new Entry(EntryHead.Tombstone(version), default));

    private static void Write(Span<byte> record, byte kind, ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        RecordFlags flags = FlagsOf(entry);
        int headerSize = HeaderSizeOf(flags);
        Span<byte> body = record[headerSize..];
        key.CopyTo(body);
        entry.Payload.CopyTo(body[key.Length..]);

        BinaryPrimitives.WriteUInt16LittleEndian(record[4..], (ushort)headerSize);
        record[6] = FormatVersion;
        record[7] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], (ushort)flags);
        BinaryPrimitives.WriteUInt16LittleEndian(record[10..], keyspace);
        BinaryPrimitives.WriteUInt16LittleEndian(record[12..], (ushort)partition);
        record[14] = entry.Head.ContentTypeLength;
        record[15] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], Checksum.Compute(body));
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], entry.Payload.Length);
        WriteVersion(record[28..], entry.Head.Version);
        if ((flags & RecordFlags.Expiry) != 0) WriteExpiry(record[FixedHeaderSize..], entry.Head.Expiry);
        BinaryPrimitives.WriteUInt32LittleEndian(record, Checksum.Compute(record[4..headerSize]));
    }

    /// <summary>Reads the record at the start of some bytes and tells whether it can be trusted.</summary>
    /// <exception cref="IOException">A newer version wrote it.</exception>
    public static RecordState Read(ReadOnlySpan<byte> bytes, out Record record)
    {
        record = default;
        if (!TryReadHeader(bytes, out RecordHeader header)) return RecordState.Unreadable;

        ReadOnlySpan<byte> body = bytes[header.HeaderSize..(int)Math.Min(header.Size, bytes.Length)];
        if (header.Size > bytes.Length || header.BodyChecksum != Checksum.Compute(body))
        {
            record = new Record(header.Keyspace, header.Partition, header.HeaderSize + body.Length, default, default);
            return RecordState.Damaged;
        }

        ReadOnlySpan<byte> payload = bytes.Slice((int)header.PayloadStart, (int)header.PayloadLength);
        record = new Record(header.Keyspace, header.Partition, (int)header.Size, body[..(int)header.KeyLength], new Entry(header.Head, payload), header.IsClear);
        return RecordState.Sound;
    }

    /// <summary>Reads what stands before a record's body; false where it is damaged.</summary>
    /// <exception cref="IOException">A newer version wrote it.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out RecordHeader header)
    {
        header = default;
        if (!TryReadHeader(bytes, out RecordFlags flags, out int headerSize)) return false;

        OptionalParts parts = ReadOptionalParts(bytes[FixedHeaderSize..headerSize], flags);
        bool isClear = bytes[7] == ClearKind;
        header = new RecordHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
            new EntryHead(isClear ? EntryKind.Tombstone : (EntryKind)bytes[7], ReadVersion(bytes[28..]), parts.Expiry, bytes[14]),
            headerSize,
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            parts.ElementLength,
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]),
            parts.SectionLength,
            isClear);
        return header.Partition < Partition.Count && header.Head.ContentTypeLength <= header.PayloadLength;
    }

    /// <summary>Of the whole record: the header's covers the body's.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    public static void RefuseNewer(string what, int found, int known)
    {
        if (found <= known) return;
        throw new IOException(
            $"The log has a {what} of format {found}, and this version of Quorate reads up to {known}: "
            + "start the newer version that wrote it.");
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out RecordFlags flags, out int headerSize)
    {
        flags = default;
        headerSize = 0;
        if (bytes.Length < FixedHeaderSize) return false;
        headerSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (headerSize < FixedHeaderSize || headerSize > bytes.Length) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Checksum.Compute(bytes[4..headerSize])) return false;

        RefuseNewer("record", bytes[6], FormatVersion);
        if (bytes[7] != ClearKind) RefuseNewer("kind of entry", bytes[7], (int)EntryKind.Register);
        flags = (RecordFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        RefuseNewer("set of record flags", (int)flags, (int)RecordFlags.All);
        return headerSize == HeaderSizeOf(flags);
    }

    private static OptionalParts ReadOptionalParts(ReadOnlySpan<byte> bytes, RecordFlags flags)
    {
        var parts = new OptionalParts();
        if ((flags & RecordFlags.Expiry) != 0)
        {
            parts.Expiry = ReadExpiry(bytes);
            bytes = bytes[ExpirySize..];
        }

        if ((flags & RecordFlags.Predecessor) != 0) bytes = bytes[PredecessorSize..];
        if ((flags & RecordFlags.Element) != 0)
        {
            parts.ElementLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[LengthSize..];
        }

        if ((flags & RecordFlags.Section) != 0) parts.SectionLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return parts;
    }

    private static RecordFlags FlagsOf(in Entry entry) =>
        entry.Head.Expiry == Expiry.Never ? RecordFlags.None : RecordFlags.Expiry;

    private static int HeaderSizeOf(RecordFlags flags)
    {
        if (flags == RecordFlags.None) return FixedHeaderSize;
        int size = FixedHeaderSize;
        if ((flags & RecordFlags.Expiry) != 0) size += ExpirySize;
        if ((flags & RecordFlags.Predecessor) != 0) size += PredecessorSize;
        if ((flags & RecordFlags.Element) != 0) size += LengthSize;
        if ((flags & RecordFlags.Section) != 0) size += LengthSize;
        return size;
    }

    private static void WriteExpiry(Span<byte> bytes, in Expiry expiry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, expiry.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], expiry.AtMilliseconds);
        WriteVersion(bytes[12..], expiry.Version);
    }

    private static Expiry ReadExpiry(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]),
        ReadVersion(bytes[12..]));

    private static void WriteVersion(Span<byte> bytes, Version version)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, version.Timestamp.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], version.Writer.Node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], version.Writer.Start);
    }

    private static Version ReadVersion(ReadOnlySpan<byte> bytes) => new(
        new HybridTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        new WriterId(
            new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..])));

    private ref struct OptionalParts
    {
        public Expiry Expiry;
        public long ElementLength;
        public long SectionLength;
    }
}
