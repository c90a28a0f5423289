using Quorate.Core.Versions;

namespace Quorate.Core.DataTypes;

/// <summary>Everything a replica stores for a key but the bytes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Version">Of the write that made it; none where the replica has nothing.</param>
/// <param name="Expiry">When it stops being live, and who said so.</param>
/// <param name="ContentTypeLength">How many bytes at the start of the payload name its content type; 0 for none.</param>
public readonly record struct EntryHead(EntryKind Kind, Version Version, Expiry Expiry, byte ContentTypeLength)
{
    /// <summary>Of a delete: no expiry, no payload.</summary>
    /// <param name="version">Its place in the order, as any write's.</param>
    public static EntryHead Tombstone(Version version) => new(EntryKind.Tombstone, version, Expiry.Never, 0);

    /// <summary>What is kept of a register whose time has passed: all but the value.</summary>
    public EntryHead Expired() => new(EntryKind.Tombstone, Version, Expiry, 0);

    /// <summary>Whether a client sees a value: only the coordinator asks, after the join.</summary>
    /// <param name="nowMilliseconds">The wall clock, Unix ms.</param>
    public bool IsLive(long nowMilliseconds) => Kind == EntryKind.Register && !Expiry.HasPassed(nowMilliseconds);
}

/// <summary>
/// What a replica stores for a key. Entries of a key are totally ordered, so joining two is taking the greater:
/// commutative, associative and idempotent (law 1).
/// </summary>
/// <param name="head">All but the bytes.</param>
/// <param name="payload">
/// The content type's bytes, then the value's; borrowed, and good for as long as what it was taken from.
/// </param>
public readonly ref struct Entry(scoped in EntryHead head, ReadOnlySpan<byte> payload)
{
    /// <summary>All but the bytes.</summary>
    public EntryHead Head { get; } = head;

    /// <summary>The content type's bytes, then the value's. Empty for a tombstone.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>What the value was put with, as bytes; empty for none.</summary>
    public ReadOnlySpan<byte> ContentType => Payload[..Head.ContentTypeLength];

    /// <summary>What clients get; empty for a tombstone, and for an empty value.</summary>
    public ReadOnlySpan<byte> Value => Payload[Head.ContentTypeLength..];

    /// <summary>Whether the replica has nothing for the key, not even a tombstone.</summary>
    public bool IsAbsent => Head.Kind == EntryKind.Absent;

    /// <summary>Computed anew at each call, over all of the payload.</summary>
    public EntryDigest Digest => new(Head, EntryDigest.HashOf(Payload));

    /// <summary>The order of <see cref="EntryDigest"/>, with equal digests told apart by their bytes.</summary>
    public static int Compare(in Entry left, in Entry right)
    {
        int byVersion = left.Head.Version.CompareTo(right.Head.Version);
        if (byVersion != 0) return byVersion;
        int byDigest = left.Digest.CompareTo(right.Digest);
        return byDigest != 0 ? byDigest : left.Payload.SequenceCompareTo(right.Payload);
    }
}

/// <summary>An entry without its bytes: enough to tell which of two is greater, and whether they are the same.</summary>
/// <param name="Head">The entry's, whole.</param>
/// <param name="PayloadHash">Length and CRC-32C of the payload.</param>
public readonly record struct EntryDigest(EntryHead Head, ulong PayloadHash) : IComparable<EntryDigest>
{
    /// <summary>Whether the payload has a byte at least.</summary>
    public bool HasPayload => PayloadHash != 0;

    /// <summary>In bytes: content type and value.</summary>
    public int PayloadLength => (int)(PayloadHash >> 32);

    /// <summary>
    /// Version first, then the expiry that belongs to it. A tombstone of the same version and expiry is the register itself
    /// once its time has passed, so it is the greater: a value that was dropped stays dropped, unless a later expiry says that
    /// it lives on. What differs beyond that differs because something went wrong, and then the bytes decide, their hash
    /// before the bytes themselves so that digests suffice.
    /// </summary>
    public int CompareTo(EntryDigest other)
    {
        int byVersion = Head.Version.CompareTo(other.Head.Version);
        if (byVersion != 0) return byVersion;
        int byExpiry = Head.Expiry.CompareTo(other.Head.Expiry);
        if (byExpiry != 0) return byExpiry;
        int byKind = ((byte)other.Head.Kind).CompareTo((byte)Head.Kind); // the enum itself would be boxed
        if (byKind != 0) return byKind;
        int byHash = PayloadHash.CompareTo(other.PayloadHash);
        return byHash != 0 ? byHash : Head.ContentTypeLength.CompareTo(other.Head.ContentTypeLength);
    }

    /// <summary>The join of both entries is the right one's.</summary>
    public static bool operator <(EntryDigest left, EntryDigest right) => left.CompareTo(right) < 0;

    /// <summary>The join of both entries is the left one's.</summary>
    public static bool operator >(EntryDigest left, EntryDigest right) => left.CompareTo(right) > 0;

    /// <summary>The left entry adds nothing to the right one.</summary>
    public static bool operator <=(EntryDigest left, EntryDigest right) => left.CompareTo(right) <= 0;

    /// <summary>The right entry adds nothing to the left one.</summary>
    public static bool operator >=(EntryDigest left, EntryDigest right) => left.CompareTo(right) >= 0;

    /// <summary>Length in the upper 32 bits, CRC-32C in the lower; 0 for no bytes, and for nothing else.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> payload) => (ulong)payload.Length << 32 | Checksum.Compute(payload);
}
