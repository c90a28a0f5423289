using Quorate.Core.DataTypes;
using Quorate.Node.Storage.Clearing;
using Quorate.Node.Storage.Indexing;

namespace Quorate.Node.Storage;

/// <summary>
/// What is held for a key, raw: deleted and expired entries too, and the keyspace's clear where that is newer. Good until the next <see cref="LogStore.Join"/> or the end
/// of the turn.
/// </summary>
public readonly ref struct HeldEntry
{
    private readonly Block _block;
    private readonly Clear _clear;

    internal HeldEntry(Block block) => _block = block;

    internal HeldEntry(in Clear clear) => _clear = clear;

    /// <summary>Where it is in the log.</summary>
    public long Position => IsCleared ? _clear.Position : _block.Position;

    /// <summary>Bytes, wherever the payload is.</summary>
    public int PayloadLength => IsCleared ? 0 : _block.PayloadLength;

    /// <summary>Whether the payload is here; else <see cref="LogStore.TryLoad"/> reads it.</summary>
    public bool IsInMemory => IsCleared || !_block.IsEvicted;

    /// <summary>Known wherever the payload is.</summary>
    public EntryDigest Digest => IsCleared ? Tombstone.Digest : _block.Digest;

    /// <summary>The payload alone, for who has the digest: building the head again costs a little.</summary>
    /// <exception cref="InvalidOperationException">It is on disk: ask <see cref="IsInMemory"/> first.</exception>
    public ReadOnlySpan<byte> Payload => IsCleared ? default : _block.Payload;

    /// <summary>Head and payload.</summary>
    /// <exception cref="InvalidOperationException">The payload is on disk: ask <see cref="IsInMemory"/> first.</exception>
    public Entry Entry => IsCleared ? Tombstone : _block.Entry;

    private bool IsCleared => _clear.Version != Version.None;

    private Entry Tombstone => new(EntryHead.Tombstone(_clear.Version), default);
}
