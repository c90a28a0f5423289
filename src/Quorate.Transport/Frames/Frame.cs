using System.Buffers.Binary;
using Quorate.Core;

namespace Quorate.Transport.Frames;

/// <summary>
/// One message on the wire: length (4, of what follows the checksum), checksum (4, CRC-32C of the same), type (1), flags (1,
/// none yet), body. Little-endian throughout.
/// </summary>
public readonly ref struct Frame
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderSize = 10;

    /// <summary>Bytes before those that the length counts.</summary>
    internal const int PrefixSize = 8;

    /// <summary>Room for every message's fields beside key and value, with the longest list of counts.</summary>
    private const int MaxFields = 64 * 1024;

    /// <summary>
    /// Answers that list keys end where those take much (a scan's after 1 MiB, a walk's earlier), whatever the limits; each key has some
    /// fields beside it.
    /// </summary>
    private const int LargestPage = 2 * 1024 * 1024;

    /// <summary>About what the fields of a request weigh.</summary>
    private const int UsualFields = 128;

    private Frame(MessageType type, ReadOnlySpan<byte> body)
    {
        Type = type;
        Body = body;
    }

    /// <summary>Not yet known to be one that exists: the receiver refuses what it does not expect.</summary>
    public MessageType Type { get; }

    /// <summary>Points into what was received. Its checksum was right; what it says is not judged yet.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The longest frame between nodes of these limits, from its first byte.</summary>
    public static int MaxSize(Limits limits) => Math.Max(MaxRequestSize(limits), LargestPage + MaxFields);

    /// <summary>The longest request.</summary>
    public static int MaxRequestSize(Limits limits) => limits.MaxKeyBytes + limits.MaxValueBytes + MaxFields;

    /// <summary>About the size of a request with this much key and value.</summary>
    public static long SizeOfRequest(int keyAndValueBytes) => (long)keyAndValueBytes + UsualFields;

    /// <summary>Shows the first frame, if it is there in full, without checking it.</summary>
    internal static bool TryPeek(ReadOnlySpan<byte> bytes, out MessageType type, out ReadOnlySpan<byte> body, out int size)
    {
        (type, size) = (default, 0);
        body = default;
        if (bytes.Length < HeaderSize) return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length < HeaderSize - PrefixSize || length > bytes.Length - PrefixSize) return false;
        size = PrefixSize + (int)length;
        type = (MessageType)bytes[PrefixSize];
        body = bytes[HeaderSize..size];
        return true;
    }

    /// <summary>Takes the first frame of <paramref name="bytes"/>; false where it is not there in full yet.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="maxSize">A longer frame is refused before its bytes are waited for.</param>
    /// <param name="frame">Points into <paramref name="bytes"/>.</param>
    /// <param name="size">The frame's size, or how many bytes must be there before it is worth asking again.</param>
    /// <exception cref="ProtocolException">It can never become a frame.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int maxSize, out Frame frame, out int size)
    {
        frame = default;
        size = HeaderSize;
        if (bytes.Length < HeaderSize) return false;

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length < HeaderSize - PrefixSize) throw new ProtocolException($"a frame of length {length} is too short");
        if (length > maxSize - PrefixSize) throw new ProtocolException($"a frame of {PrefixSize + (long)length} bytes is above the limit of {maxSize}");
        size = PrefixSize + (int)length;
        if (bytes.Length < size) return false;

        ReadOnlySpan<byte> content = bytes[PrefixSize..size];
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]);
        if (Checksum.Compute(content) != checksum) throw new ProtocolException("a frame is damaged: its checksum does not match");
        if (content[1] != 0) throw new ProtocolException($"a frame has the unknown flags {content[1]}");
        frame = new Frame((MessageType)content[0], content[2..]);
        return true;
    }
}
