using System.Buffers.Binary;

namespace Quorate.Resp.Sessions;

/// <summary>
/// 64 bits of a key and its keyspace: multiply to 128 bits and fold, eight bytes at a time (the step of wyhash). The same
/// in every process (law 10); where two keys meet, a command waits a little longer than it had to, and nothing else.
/// </summary>
public static class KeyHash
{
    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    public static ulong Of(int keyspace, ReadOnlySpan<byte> key)
    {
        ulong hash = Fold((ulong)(uint)keyspace ^ First, (ulong)(uint)key.Length ^ Second);
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), Second);
        }

        ulong rest = 0;
        foreach (byte next in key) rest = rest << 8 | next;
        return Fold(hash ^ rest, First);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
