using Quorate.Core.DataTypes;
using Quorate.Node.Storage.Indexing;

namespace Quorate.Node.Storage;

/// <summary>
/// What is held for a key, raw: deleted and expired entries too. Good until the next <see cref="LogStore.Join"/> or the end
/// of the turn.
/// </summary>
public readonly ref struct HeldEntry
{
    private readonly Block _block;

    internal HeldEntry(Block block) => _block = block;

    /// <summary>Where it is in the log.</summary>
    public long Position => _block.Position;

    public int PayloadLength => _block.PayloadLength;

    /// <summary>Whether the payload is here; else <see cref="LogStore.TryLoad"/> reads it.</summary>
    public bool IsInMemory => !_block.IsEvicted;

    /// <summary>Known wherever the payload is.</summary>
    public EntryDigest Digest => _block.Digest;

    /// <summary>The payload alone, for who has the digest: building the head again costs a little.</summary>
    public ReadOnlySpan<byte> Payload => _block.Payload;

    public Entry Entry => _block.Entry;
}
