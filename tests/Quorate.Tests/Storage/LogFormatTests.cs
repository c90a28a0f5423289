using System.Buffers.Binary;
using System.Numerics;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

/// <summary>docs/protocols/log-format.md, byte for byte: a change here is a change of the format.</summary>
public sealed class LogFormatTests
{
    private const string First = "0000000001.log";

    [Fact]
    public void A_log_of_one_record_has_these_bytes()
    {
        var store = new TestStore();
        var expiry = new Expiry(7, 0x0102030405060708, VersionAt(3));
        store.Join("key", new TestEntry(new EntryHead(EntryKind.Register, VersionAt(2), expiry, 2), "ctvalue"u8.ToArray()), keyspace: 5);
        store.Loop.Turn();
        store.Worker.RunAll();

        const string Expected =
            "514C4F47501D4AEC" // segment: magic, checksum
            + "0200000001000000" // format, reserved, number
            + "8877665544332211" // store id
            + "0000000000000000" // base
            + "514752504A9B5DEE" // group: magic, checksum
            + "5A0000000000000000000000" // length, position
            + "0000000000000000" // durable before it
            + "8A17DAEF" // sum: of the record's checksum
            + "82E8CEC350000102" // record: checksum, header length, format, kind
            + "010005000F030200" // flags, keyspace, partition, content type length, reserved
            + "6C94BEF50300000007000000" // body checksum, key length, payload length
            + "0000020000000000A10000000000000001000000" // version: time, node, start
            + "070000000807060504030201" // expiry: generation, time
            + "0000030000000000A10000000000000001000000" // expiry's version
            + "6B6579" // key
            + "637476616C7565" // content type, value
            + "00000000"; // no group begins here
        string bytes = Convert.ToHexString(store.Disk.Read(First)[..158]);
        Assert.Equal(Expected, bytes);
    }

    [Fact]
    public void A_clear_has_these_bytes()
    {
        var store = new TestStore();
        store.Store.Clear(5, VersionAt(2));
        store.Loop.Turn();
        store.Worker.RunAll();

        const string Expected =
            "30000180" // header length, format, kind
            + "0000050000000000" // flags, keyspace, partition, content type length, reserved
            + "000000000000000000000000" // body checksum, key length, payload length
            + "0000020000000000A10000000000000001000000"; // version: time, node, start
        Assert.Equal(Expected, Convert.ToHexString(store.Disk.Read(First)[68..112]));
    }

    [Fact]
    public void Parts_that_nothing_writes_yet_are_read_past()
    {
        var store = new TestStore(disk: DiskWith(Record(flags: 1 | 2 | 4 | 8)));
        Assert.Equal((1, 0), (store.Store.Entries, store.Store.UnfitPartitions));
        Assert.True(store.Store.TryGet(5, 9, "key"u8, out HeldEntry held));
        Entry entry = held.Entry;
        Assert.Equal("value"u8, entry.Payload);
        Assert.Equal(new EntryHead(EntryKind.Register, VersionAt(2), new Expiry(7, 8, VersionAt(3)), 0), entry.Head);
    }

    [Fact]
    public void What_a_newer_version_wrote_is_refused_and_not_taken_for_damage()
    {
        foreach (byte[] record in new[] { Record(formatVersion: 2), Record(kind: 77), Record(flags: 16) })
        {
            var refused = Assert.Throws<IOException>(() => new TestStore(disk: DiskWith(record)));
            Assert.Contains("start the newer version that wrote it", refused.Message);
        }
    }

    [Fact]
    public void A_segment_from_before_the_first_release_is_refused_and_not_taken_for_damage()
    {
        var refused = Assert.Throws<IOException>(() => new TestStore(disk: DiskWith(Record(), format: 1)));
        Assert.Contains("format 1, from before the first release", refused.Message);
    }

    private static byte[] Record(byte formatVersion = 1, byte kind = 2, ushort flags = 0)
    {
        var header = new MemoryStream();
        var body = new MemoryStream();
        body.Write("key"u8);
        if ((flags & 4) != 0) body.Write("element"u8);
        body.Write("value"u8);
        if ((flags & 8) != 0) body.Write("section"u8);

        var optional = new MemoryStream();
        var parts = new BinaryWriter(optional);
        if ((flags & 1) != 0)
        {
            parts.Write(7u);
            parts.Write(8L);
            WriteVersion(parts, 3);
        }

        if ((flags & 2) != 0) parts.Write(123456789UL);
        if ((flags & 4) != 0) parts.Write("element".Length);
        if ((flags & 8) != 0) parts.Write("section".Length);

        var fields = new BinaryWriter(header);
        fields.Write((ushort)(48 + optional.Length));
        fields.Write(formatVersion);
        fields.Write(kind);
        fields.Write(flags);
        fields.Write((ushort)5);
        fields.Write((ushort)9);
        fields.Write((byte)0);
        fields.Write((byte)0);
        fields.Write(Checksum.Compute(body.ToArray()));
        fields.Write("key".Length);
        fields.Write("value".Length);
        WriteVersion(fields, 2);
        fields.Write(optional.ToArray());
        byte[] checksum = BitConverter.GetBytes(Checksum.Compute(header.ToArray()));
        return [.. checksum, .. header.ToArray(), .. body.ToArray()];
    }

    private static void WriteVersion(BinaryWriter writer, long milliseconds)
    {
        writer.Write((ulong)milliseconds << 16);
        writer.Write(0xA1UL);
        writer.Write(1u);
    }

    /// <summary>A disk with a log of one group that holds the record.</summary>
    private static FaultyDisk DiskWith(byte[] record, ushort format = 2)
    {
        byte[] segment = new byte[32 + 32 + record.Length];
        "QLOG"u8.CopyTo(segment);
        BinaryPrimitives.WriteUInt16LittleEndian(segment.AsSpan(8), format);
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(12), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(segment.AsSpan(16), Id);
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(4), Checksum.Compute(segment.AsSpan(8, 24)));

        Span<byte> group = segment.AsSpan(32);
        "QGRP"u8.CopyTo(group);
        BinaryPrimitives.WriteInt32LittleEndian(group[8..], record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(group[28..], BitOperations.Crc32C(~0u, BitConverter.ToUInt32(record)));
        byte[] guarded = [.. BitConverter.GetBytes(Id), .. group[8..32]];
        BinaryPrimitives.WriteUInt32LittleEndian(group[4..], Checksum.Compute(guarded));
        record.CopyTo(group[32..]);

        var disk = new FaultyDisk();
        disk.Replace(First, segment);
        return disk;
    }
}
