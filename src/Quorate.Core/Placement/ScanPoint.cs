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

    /// <summary>In front of all keys.</summary>
    public static ScanPoint Start => default;

    /// <summary>As one number below 2^58: clients keep it in 64 bits, with or without a sign. 0 is the start, and the end.</summary>
    public ulong Cursor => (ulong)Partition << HashBits | Hash;

    /// <summary>What <see cref="Cursor"/> said. False where it lies in no partition: it comes from a client.</summary>
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

    /// <summary>A key's place within its partition: the upper bits of its hash.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> key) => KeyHash.Of(0, key) >> (64 - HashBits);
}
