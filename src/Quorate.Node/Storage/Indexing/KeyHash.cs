using System.Buffers.Binary;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Spreads keys over an index by folded multiplication (the idea of wyhash): eight bytes a step. The same on every run of
/// a store (law 10), and seeded by the store's random id, so that a client cannot choose keys that collide.
/// </summary>
internal readonly struct KeyHash(ulong seed)
{
    // The golden ratio and the square root of 3, as fractions of 2^64, made odd: no structure that keys could share.
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong RootThree = 0xBB67AE8584CAA73B;
    private readonly ulong _seed = Fold(seed ^ RootThree, Golden);

    public uint Of(ReadOnlySpan<byte> key)
    {
        ulong hash = _seed ^ (ulong)key.Length * RootThree;
        ReadOnlySpan<byte> rest = key;
        while (rest.Length > sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest), Golden);
            rest = rest[sizeof(ulong)..];
        }

        hash = Fold(hash ^ LastWord(rest), Golden);
        return (uint)(hash ^ hash >> 32);
    }

    private static ulong LastWord(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == sizeof(ulong)) return BinaryPrimitives.ReadUInt64LittleEndian(rest);
        ulong word = 0;
        foreach (byte part in rest) word = word << 8 | part;
        return word;
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
