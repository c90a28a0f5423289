using Quorate.Core.DataTypes;

namespace Quorate.Node.Storage.Segments;

/// <summary>Which optional parts a record has. Nothing writes any but the first yet; all are read past.</summary>
[Flags]
internal enum RecordFlags : ushort
{
    None = 0,
    Expiry = 1,
    Predecessor = 2,
    Element = 4,
    Section = 8,
    All = 15,
}

internal enum RecordState : byte
{
    Sound,

    /// <summary>The header can be trusted and the body cannot: partition and size are known.</summary>
    Damaged,

    /// <summary>Nothing is known, not even where the next record begins.</summary>
    Unreadable,
}

/// <summary>A record that was read.</summary>
internal readonly ref struct Record(ushort keyspace, int partition, int size, ReadOnlySpan<byte> key, Entry entry, bool isClear = false)
{
    public ushort Keyspace { get; } = keyspace;

    public int Partition { get; } = partition;

    /// <summary>Bytes on disk; of a damaged one as many as are there.</summary>
    public int Size { get; } = size;

    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>Of a clear a tombstone, for every key.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>It is about the keyspace, not about a key.</summary>
    public bool IsClear { get; } = isClear;
}

/// <summary>What stands before a record's body, and where in it what is: key, element, payload, section.</summary>
/// <param name="Keyspace">The store's number.</param>
/// <param name="Partition">0 to 1,023.</param>
/// <param name="Head">All of the entry but its payload.</param>
/// <param name="HeaderSize">Bytes, of the optional parts too.</param>
/// <param name="BodyChecksum">What the body must have.</param>
/// <param name="KeyLength">Bytes; 0 in a clear.</param>
/// <param name="ElementLength">Bytes; 0 without one.</param>
/// <param name="PayloadLength">Bytes, content type and value.</param>
/// <param name="SectionLength">Bytes of the optional section; 0 without one.</param>
/// <param name="IsClear">It is about the keyspace, not about a key.</param>
internal readonly record struct RecordHeader(
    ushort Keyspace,
    int Partition,
    EntryHead Head,
    int HeaderSize,
    uint BodyChecksum,
    long KeyLength,
    long ElementLength,
    long PayloadLength,
    long SectionLength,
    bool IsClear)
{
    public long PayloadStart => HeaderSize + KeyLength + ElementLength;

    public long PayloadEnd => PayloadStart + PayloadLength;

    /// <summary>Bytes of the whole record.</summary>
    public long Size => PayloadEnd + SectionLength;
}
