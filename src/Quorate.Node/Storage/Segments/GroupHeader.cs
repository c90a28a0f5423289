using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Quorate.Core;

namespace Quorate.Node.Storage.Segments;

/// <summary>What stands before the records that are written together.</summary>
/// <param name="Length">Bytes of records that follow.</param>
/// <param name="Position">Its own place in the log: a group that is copied into a value is not taken for one.</param>
/// <param name="Durable">
/// All below this position was known to be durable when the group was written: damage there is not a torn tail.
/// </param>
/// <param name="Sum">
/// Over the checksums of its records, in their order. A sound record may be an earlier one: where a write was torn or lost in a file
/// that is used again, what stood there before shows through.
/// </param>
internal readonly record struct GroupHeader(int Length, long Position, long Durable, uint Sum)
{
    public const int Size = 32;

    /// <summary>The sum of no records.</summary>
    public const uint NoSum = ~0u;

    public static ReadOnlySpan<byte> Magic => "QGRP"u8;

    /// <summary>Position of what follows the group.</summary>
    public long End => Position + Size + Length;

    public void Write(Span<byte> bytes, ulong storeId)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[20..], Durable);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], Sum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], ChecksumOf(bytes, storeId));
    }

    /// <summary>A sum with one more record in it.</summary>
    public static uint AddTo(uint sum, ReadOnlySpan<byte> record) => BitOperations.Crc32C(sum, RecordFormat.ChecksumOf(record));

    /// <summary>False where no sound header is; whether the records are all there it does not say.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ulong storeId, out GroupHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != ChecksumOf(bytes, storeId)) return false;

        header = new GroupHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]));
        return header.Length >= 0;
    }

    [SkipLocalsInit]
    private static uint ChecksumOf(ReadOnlySpan<byte> bytes, ulong storeId)
    {
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, storeId);
        return ~Checksum.Append(Checksum.Append(~0u, seed), bytes[8..Size]);
    }
}
