using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorate.Core.DataTypes;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// An entry in memory: head, expiry where there is one, key and payload in one piece, so that looking a key up touches one
/// place beyond the index slot. Of an evicted one the payload's hash instead of the payload: the rest is on disk.
/// </summary>
internal readonly ref struct Block(Span<byte> bytes)
{
    /// <summary>Below this an eviction would free next to nothing.</summary>
    public const int LeastEvictable = 64;
    private const int HashSize = sizeof(ulong);
    private readonly Span<byte> _bytes = bytes;

    public long Position => Head.Position;

    public Version Version => Head.Version;

    public int PayloadLength => Head.PayloadLength;

    public bool IsEvicted => (Head.Flags & BlockFlags.Evicted) != 0;

    /// <summary>Whether there is room here for the payload that is on disk.</summary>
    public bool IsReserved => (Head.Flags & BlockFlags.Reserved) != 0;

    /// <summary>Bytes of memory that eviction would free.</summary>
    public int EvictableBytes => !HasRoom || PayloadLength < LeastEvictable ? 0 : PayloadLength;

    public int Size => SizeOf(Head.KeyLength, HasExpiry, HasRoom ? PayloadLength : HashSize);

    /// <summary>What the entry takes in the log.</summary>
    public int RecordSize => RecordFormat.SizeOf(Head.KeyLength, HasExpiry, PayloadLength);

    public ReadOnlySpan<byte> Key => _bytes.Slice(KeyStart(HasExpiry), Head.KeyLength);

    public EntryHead EntryHead => new(Head.Kind, Head.Version, Expiry, Head.ContentTypeLength);

    public ReadOnlySpan<byte> Payload =>
        IsEvicted ? throw new InvalidOperationException("The payload is on disk: ask IsEvicted first.") : Rest[..PayloadLength];

    public Entry Entry => new(EntryHead, Payload);

    public EntryDigest Digest => new(EntryHead, IsEvicted ? MemoryMarshal.Read<ulong>(Rest) : EntryDigest.HashOf(Payload));

    private Span<byte> Rest => _bytes[(KeyStart(HasExpiry) + Head.KeyLength)..];

    private bool HasRoom => !IsEvicted || IsReserved;

    private bool HasExpiry => (Head.Flags & BlockFlags.Expiry) != 0;

    private ref BlockHead Head => ref MemoryMarshal.AsRef<BlockHead>(_bytes);

    private Expiry Expiry =>
        HasExpiry ? MemoryMarshal.Read<BlockExpiry>(_bytes[Unsafe.SizeOf<BlockHead>()..]).Expiry : Expiry.Never;

    public static int SizeOf(int keyLength, in Entry entry) => SizeOf(keyLength, ExpiryIn(entry), entry.Payload.Length);

    /// <summary>The size for an entry whose payload, not a short one, is on disk.</summary>
    /// <param name="keyLength">Bytes.</param>
    /// <param name="digest">Of the entry: says whether it expires and how long its payload is.</param>
    /// <param name="reserve">Whether there is to be room for the payload.</param>
    public static int SizeOf(int keyLength, in EntryDigest digest, bool reserve) =>
        SizeOf(keyLength, digest.Head.Expiry != Expiry.Never, reserve ? digest.PayloadLength : HashSize);

    /// <summary>The size that it has once evicted.</summary>
    public int EvictedSize => SizeOf(Head.KeyLength, HasExpiry, HashSize);

    /// <summary>
    /// The order of <see cref="Entry.Compare"/>. Where the payload is on disk, an equal hash is an equal payload: versions
    /// are equal then too, and replicas compare such entries by their digests as well.
    /// </summary>
    public int CompareTo(in Entry entry)
    {
        if (!IsEvicted) return Entry.Compare(Entry, entry);
        int byVersion = Version.CompareTo(entry.Head.Version);
        return byVersion != 0 ? byVersion : Digest.CompareTo(entry.Digest);
    }

    /// <summary>The same order.</summary>
    public int CompareTo(in EntryDigest digest)
    {
        int byVersion = Version.CompareTo(digest.Head.Version);
        return byVersion != 0 ? byVersion : Digest.CompareTo(digest);
    }

    /// <summary>The payload goes first: it may be the one this block holds, given another expiry and so another place.</summary>
    public void Write(ReadOnlySpan<byte> key, in Entry entry, long position)
    {
        entry.Payload.CopyTo(_bytes[(KeyStart(ExpiryIn(entry)) + key.Length)..]);
        WriteFront(key, entry.Head, entry.Payload.Length, BlockFlags.None, position);
    }

    /// <summary>Becomes an entry whose payload is on disk.</summary>
    /// <param name="key">Copied into the block.</param>
    /// <param name="digest">The payload's hash stands where the payload would.</param>
    /// <param name="reserve">Whether there is room for the payload.</param>
    /// <param name="position">Of its record in the log.</param>
    public void Write(ReadOnlySpan<byte> key, in EntryDigest digest, bool reserve, long position)
    {
        BlockFlags flags = reserve ? BlockFlags.Evicted | BlockFlags.Reserved : BlockFlags.Evicted;
        WriteFront(key, digest.Head, digest.PayloadLength, flags, position);
        MemoryMarshal.Write(Rest, digest.PayloadHash);
    }

    /// <summary>Fills the room reserved for the payload.</summary>
    public void Fill(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Rest);
        Head.Flags &= ~(BlockFlags.Evicted | BlockFlags.Reserved);
    }

    /// <summary>Becomes another block without its payload.</summary>
    public void WriteEvicted(in Block whole)
    {
        EntryDigest digest = whole.Digest;
        int front = KeyStart(whole.HasExpiry) + whole.Head.KeyLength;
        whole._bytes[..front].CopyTo(_bytes);
        Head.Flags = (Head.Flags | BlockFlags.Evicted) & ~(BlockFlags.WasRead | BlockFlags.Reserved);
        MemoryMarshal.Write(Rest, digest.PayloadHash);
    }

    /// <summary>The same entry is elsewhere in the log now.</summary>
    public void MoveTo(long position) => Head.Position = position;

    public void MarkRead()
    {
        if ((Head.Flags & BlockFlags.WasRead) == 0) Head.Flags |= BlockFlags.WasRead;
    }

    /// <summary>Whether it was read since the last call.</summary>
    public bool TakeRead()
    {
        bool wasRead = (Head.Flags & BlockFlags.WasRead) != 0;
        Head.Flags &= ~BlockFlags.WasRead;
        return wasRead;
    }

    private void WriteFront(ReadOnlySpan<byte> key, in EntryHead head, int payloadLength, BlockFlags flags, long position)
    {
        bool hasExpiry = head.Expiry != Expiry.Never;
        key.CopyTo(_bytes[KeyStart(hasExpiry)..]);
        if (hasExpiry) MemoryMarshal.Write(_bytes[Unsafe.SizeOf<BlockHead>()..], new BlockExpiry(head.Expiry));
        if (hasExpiry) flags |= BlockFlags.Expiry;
        MemoryMarshal.Write(_bytes, new BlockHead(key.Length, payloadLength, head, flags, position));
    }

    private static bool ExpiryIn(in Entry entry) => entry.Head.Expiry != Expiry.Never;

    private static int SizeOf(int keyLength, bool hasExpiry, int payloadLength) =>
        KeyStart(hasExpiry) + keyLength + payloadLength;

    private static int KeyStart(bool hasExpiry) =>
        Unsafe.SizeOf<BlockHead>() + (hasExpiry ? Unsafe.SizeOf<BlockExpiry>() : 0);
}
