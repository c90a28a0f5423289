using System.Numerics;
using System.Runtime.InteropServices;

namespace Quorate.Core.DataTypes;

/// <summary>A value as bits, in Redis' order: bit 0 is the highest of byte 0, and what lies beyond the end is 0.</summary>
public static class BitString
{
    private const int BitsPerByte = 8;

    /// <summary>Whether a bit is 1; false beyond the end.</summary>
    /// <param name="value">Bits 0 to 8 times its length, less one.</param>
    /// <param name="offset">In bits, at least 0.</param>
    public static bool Get(ReadOnlySpan<byte> value, long offset)
    {
        long index = offset / BitsPerByte;
        return index < value.Length && (value[(int)index] & MaskOf(offset)) != 0;
    }

    /// <summary>Makes a bit 1 or 0, and leaves its neighbours.</summary>
    /// <param name="value">Long enough.</param>
    /// <param name="offset">In bits, within the value: an <see cref="IndexOutOfRangeException"/> beyond it.</param>
    /// <param name="bit">True for 1.</param>
    public static void Set(Span<byte> value, long offset, bool bit)
    {
        ref byte held = ref value[(int)(offset / BitsPerByte)];
        held = (byte)(bit ? held | MaskOf(offset) : held & ~MaskOf(offset));
    }

    /// <summary>Bits that are 1 from <paramref name="first"/> to <paramref name="last"/>, both within the value.</summary>
    public static long Count(ReadOnlySpan<byte> value, long first, long last)
    {
        if (first > last) return 0;
        int firstByte = (int)(first / BitsPerByte), lastByte = (int)(last / BitsPerByte);
        long before = BitOperations.PopCount((uint)(value[firstByte] & ~MaskFrom(first)));
        long behind = BitOperations.PopCount((uint)(value[lastByte] & MaskFrom(last) & ~MaskOf(last)));
        return CountAll(value[firstByte..(lastByte + 1)]) - before - behind;
    }

    /// <summary>The first such bit from <paramref name="first"/> to <paramref name="last"/>, both within the value; -1 where there is none.</summary>
    public static long Find(ReadOnlySpan<byte> value, bool bit, long first, long last)
    {
        for (long next = first; next <= last; next++)
        {
            if (next % BitsPerByte == 0)
            {
                // Whole bytes without such a bit are skipped at once.
                int start = (int)(next / BitsPerByte);
                int skipped = value[start..(int)(last / BitsPerByte + 1)].IndexOfAnyExcept(bit ? (byte)0 : (byte)0xFF);
                if (skipped < 0) return -1;
                next += (long)skipped * BitsPerByte;
                if (next > last) return -1;
            }

            if (Get(value, next) == bit) return next;
        }

        return -1;
    }

    private static long CountAll(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) count += BitOperations.PopCount(word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..]) count += BitOperations.PopCount(rest);
        return count;
    }

    private static int MaskOf(long offset) => 0x80 >> (int)(offset % BitsPerByte);

    /// <summary>The bit and those behind it in its byte.</summary>
    private static int MaskFrom(long offset) => 0xFF >> (int)(offset % BitsPerByte);
}
