using Quorate.Core.DataTypes;

namespace Quorate.Transport.Frames;

/// <summary>
/// An entry's head: kind, flags, version, then what the flags announce. Formats that later kinds of entry need are reserved:
/// a sender that uses one does so only with receivers whose protocol version knows it.
/// </summary>
internal static class EntryCodec
{
    /// <summary>Kind, flags, version, expiry, content type.</summary>
    public const int MaxHeadSize = 2 + Version.Size + sizeof(uint) + sizeof(long) + Version.Size + 1;

    [Flags]
    private enum Parts : byte
    {
        None = 0,

        /// <summary>Generation (4), Unix ms (8), version (20).</summary>
        Expiry = 1,

        /// <summary>Length of the content type within the payload (1).</summary>
        ContentType = 2,

        /// <summary>Reserved: the dot's predecessor (8). Changes what the entry means, so it is refused where it is not known.</summary>
        Predecessor = 4,

        /// <summary>Reserved: length (4) and bytes of the element of a collection. Refused where it is not known.</summary>
        Element = 8,

        /// <summary>Length (4) and bytes that a receiver may skip.</summary>
        Optional = 128,
    }

    public static void WriteHead(ref FrameWriter frame, in EntryHead head)
    {
        Parts parts = (head.Expiry == Expiry.Never ? 0 : Parts.Expiry) | (head.ContentTypeLength == 0 ? 0 : Parts.ContentType);
        frame.Byte((byte)head.Kind);
        frame.Byte((byte)parts);
        frame.Version(head.Version);
        if ((parts & Parts.Expiry) != 0)
        {
            frame.UInt32(head.Expiry.Generation);
            frame.Int64(head.Expiry.AtMilliseconds);
            frame.Version(head.Expiry.Version);
        }

        if ((parts & Parts.ContentType) != 0) frame.Byte(head.ContentTypeLength);
    }

    public static EntryHead ReadHead(scoped ref BodyReader body)
    {
        var kind = (EntryKind)body.Byte();
        if (kind > EntryKind.Register) throw new ProtocolException($"unknown kind of entry {(byte)kind}");
        var parts = (Parts)body.Byte();
        const Parts Known = Parts.Expiry | Parts.ContentType | Parts.Optional;
        if ((parts & ~Known) != 0) throw new ProtocolException($"an entry has the unknown parts {(byte)(parts & ~Known)}");

        Version version = body.Version();
        Expiry expiry = (parts & Parts.Expiry) == 0
            ? Expiry.Never
            : new Expiry(body.UInt32(), body.Int64(), body.Version());
        byte contentTypeLength = (parts & Parts.ContentType) == 0 ? (byte)0 : body.Byte();
        if ((parts & Parts.Optional) != 0) body.Bytes();
        return new EntryHead(kind, version, expiry, contentTypeLength);
    }

    /// <summary>The payload ends the frame: its length is the last field.</summary>
    public static void WriteEnd(ref FrameWriter frame, in Entry entry)
    {
        WriteHead(ref frame, entry.Head);
        frame.Int32(entry.Payload.Length);
        frame.End(entry.Payload);
    }

    public static Entry Read(scoped ref BodyReader body)
    {
        EntryHead head = ReadHead(ref body);
        ReadOnlySpan<byte> payload = body.Bytes();
        CheckLength(head, (uint)payload.Length);
        return new Entry(head, payload);
    }

    /// <summary>What the rest of the house takes for granted about an entry and its payload.</summary>
    public static void CheckLength(in EntryHead head, uint payloadLength)
    {
        if (head.ContentTypeLength > payloadLength) throw new ProtocolException("a content type is longer than its payload");
        if (payloadLength > 0 && head.Kind != EntryKind.Register) throw new ProtocolException($"an entry of kind {head.Kind} has a payload");
    }
}
