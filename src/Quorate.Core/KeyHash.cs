using System.Buffers.Binary;

namespace Quorate.Core;

/// <summary>
/// 64 bits of a key: multiply to 128 bits and fold, eight bytes at a time (the step of wyhash). The same in every process
/// (law 10), so cursors of a scan may rest on it; with a secret seed a client cannot choose keys that collide.
/// </summary>
public static class KeyHash
{
    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    /// <summary>The hash of a key.</summary>
    /// <param name="seed">Any number; the same seed gives the same hash in every process.</param>
    /// <param name="key">Of any length, which is part of what is hashed.</param>
    public static ulong Of(ulong seed, ReadOnlySpan<byte> key)
    {
        ulong hash = Fold(seed ^ First, (ulong)(uint)key.Length ^ Second);
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), Second);
        }

        ulong rest = 0;
        foreach (byte next in key) rest = rest << 8 | next;
        return Fold(hash ^ rest, First);
    }

    /// <summary>Two numbers become one, every bit of it depending on every bit of both.</summary>
    public static ulong Mix(ulong left, ulong right) => Fold(left ^ First, right ^ Second);

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
