using System.Buffers.Binary;

namespace Quorate.Core.Placement;

/// <summary>
/// A place in the order in which a keyspace is scanned: partition by partition, in each by a hash of the key that is the
/// same in every process. So any node can go on from it, and it stays good whatever is written meanwhile.
/// </summary>
/// <param name="Partition">The partition it lies in.</param>
/// <param name="Hash">The lowest hash that is still to come.</param>
public readonly record struct ScanPoint(int Partition, ulong Hash)
{
    /// <summary>48 bits: among the keys of a partition two rarely meet, and those that do are scanned together.</summary>
    public const ulong MaxHash = (1UL << HashBits) - 1;

    private const int HashBits = 48;
    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    public static ScanPoint Start => default;

    /// <summary>As one number below 2^58: clients keep it in 64 bits, with or without a sign. 0 is the start, and the end.</summary>
    public ulong Cursor => (ulong)Partition << HashBits | Hash;

    public static bool TryParse(ulong cursor, out ScanPoint point)
    {
        point = new ScanPoint((int)(cursor >> HashBits), cursor & MaxHash);
        return cursor >> HashBits < Core.Placement.Partition.Count;
    }

    /// <summary>Behind all keys up to a hash of this partition; the start where that is behind the last partition.</summary>
    public ScanPoint After(ulong hash)
    {
        if (hash < MaxHash) return this with { Hash = hash + 1 };
        return Partition + 1 < Core.Placement.Partition.Count ? new ScanPoint(Partition + 1, 0) : Start;
    }

    /// <summary>Multiply to 128 bits and fold, eight bytes at a time (the step of wyhash); the upper bits.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> key)
    {
        ulong hash = Fold(First, (ulong)(uint)key.Length ^ Second);
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), Second);
        }

        ulong rest = 0;
        foreach (byte next in key) rest = rest << 8 | next;
        return Fold(hash ^ rest, First) >> (64 - HashBits);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
