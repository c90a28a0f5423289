using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorate.Core.DataTypes;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// An entry in memory: head, expiry where there is one, key and payload in one piece, so that looking a key up touches one
/// place beyond the index slot.
/// </summary>
internal readonly ref struct Block(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    public long Position => Head.Position;

    public Version Version => Head.Version;

    public int Size => SizeOf(Head.KeyLength, Head.HasExpiry, Head.PayloadLength);

    public ReadOnlySpan<byte> Key => _bytes.Slice(KeyStart(Head.HasExpiry), Head.KeyLength);

    public Entry Entry
    {
        get
        {
            ref readonly BlockHead head = ref Head;
            var entryHead = new EntryHead(head.Kind, head.Version, Expiry, head.ContentTypeLength);
            return new Entry(entryHead, _bytes.Slice(KeyStart(head.HasExpiry) + head.KeyLength, head.PayloadLength));
        }
    }

    private ref readonly BlockHead Head => ref MemoryMarshal.AsRef<BlockHead>(_bytes);

    private Expiry Expiry =>
        Head.HasExpiry ? MemoryMarshal.Read<BlockExpiry>(_bytes[Unsafe.SizeOf<BlockHead>()..]).Expiry : Expiry.Never;

    public static int SizeOf(int keyLength, in Entry entry) => SizeOf(keyLength, HasExpiry(entry), entry.Payload.Length);

    /// <summary>The payload goes first: it may be the one this block holds, given another expiry and so another place.</summary>
    public void Write(ReadOnlySpan<byte> key, in Entry entry, long position)
    {
        bool hasExpiry = HasExpiry(entry);
        int keyStart = KeyStart(hasExpiry);
        entry.Payload.CopyTo(_bytes[(keyStart + key.Length)..]);
        key.CopyTo(_bytes[keyStart..]);
        if (hasExpiry) MemoryMarshal.Write(_bytes[Unsafe.SizeOf<BlockHead>()..], new BlockExpiry(entry.Head.Expiry));
        MemoryMarshal.Write(_bytes, new BlockHead(key.Length, entry, hasExpiry, position));
    }

    /// <summary>The same entry is elsewhere in the log now.</summary>
    public void MoveTo(long position) => MemoryMarshal.AsRef<BlockHead>(_bytes).Position = position;

    private static bool HasExpiry(in Entry entry) => entry.Head.Expiry != Expiry.Never;

    private static int SizeOf(int keyLength, bool hasExpiry, int payloadLength) =>
        KeyStart(hasExpiry) + keyLength + payloadLength;

    private static int KeyStart(bool hasExpiry) =>
        Unsafe.SizeOf<BlockHead>() + (hasExpiry ? Unsafe.SizeOf<BlockExpiry>() : 0);
}
