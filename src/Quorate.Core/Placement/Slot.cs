using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Quorate.Core.Placement;

/// <summary>
/// A key's place in the key space, exactly as Redis Cluster computes it (Redis Cluster specification, "Key
/// distribution model"), so that a stock cluster client finds the home replicas of a key by itself.
/// </summary>
public static class Slot
{
    /// <summary>Slots of every cluster; the number is Redis'.</summary>
    public const int Count = 16384;

    private const int Polynomial = 0x1021;

    /// <summary>Bytes taken in one step. One at a time, each byte waits for the table look-up of the byte before it.</summary>
    private const int Stride = 8;

    /// <summary>Row r: what a byte does to the remainder when r bytes follow it ("slicing", Kounavis and Berry 2005).</summary>
    private static readonly ushort[] Rows = BuildRows();

    /// <summary>The slot of a key, 0 to 16,383.</summary>
    public static ushort Of(ReadOnlySpan<byte> key) => (ushort)(Crc16(HashTag(key)) % Count);

    /// <summary>
    /// The part of a key that decides its slot: what stands between the first <c>{</c> and the first <c>}</c> after
    /// it, or the whole key where there is no such part or it is empty.
    /// </summary>
    public static ReadOnlySpan<byte> HashTag(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open < 0) return key;
        ReadOnlySpan<byte> inside = key[(open + 1)..];
        int length = inside.IndexOf((byte)'}');
        return length > 0 ? inside[..length] : key;
    }

    /// <summary>CRC-16/XMODEM: polynomial 0x1021, from 0, highest bit first, not inverted.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        // Zeros in front leave a remainder of 0 as it is: so the odd bytes go first, and padded to a whole step.
        int odd = bytes.Length % Stride;
        ulong first = 0;
        foreach (byte next in bytes[..odd]) first = first << 8 | next;
        ushort[] rows = Rows;
        ushort crc = odd == 0 ? (ushort)0 : Remainder(rows, first);
        for (bytes = bytes[odd..]; !bytes.IsEmpty; bytes = bytes[Stride..])
        {
            crc = Remainder(rows, BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ (ulong)crc << 48);
        }

        return crc;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Remainder(ushort[] rows, ulong word) => (ushort)(
        rows[7 * 256 + (byte)(word >> 56)] ^ rows[6 * 256 + (byte)(word >> 48)]
        ^ rows[5 * 256 + (byte)(word >> 40)] ^ rows[4 * 256 + (byte)(word >> 32)]
        ^ rows[3 * 256 + (byte)(word >> 24)] ^ rows[2 * 256 + (byte)(word >> 16)]
        ^ rows[1 * 256 + (byte)(word >> 8)] ^ rows[(byte)word]);

    private static ushort[] BuildRows()
    {
        var rows = new ushort[Stride * 256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int row = 0; row < Stride; row++)
            {
                for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? crc << 1 ^ Polynomial : crc << 1;
                rows[row * 256 + value] = (ushort)crc;
            }
        }

        return rows;
    }
}
