using System.Buffers.Binary;

namespace Quorate.Transport.Frames;

/// <summary>Finds the key in a put or get that was not checked yet: a guess, worth no more than the time it saves.</summary>
internal static class KeyAhead
{
    /// <summary>False where it is another message, a put that is a hint or a repair, or no message at all.</summary>
    public static bool TryFind(MessageType type, ReadOnlySpan<byte> body, out ushort keyspace, out ReadOnlySpan<byte> key)
    {
        keyspace = 0;
        key = default;
        int start = type switch
        {
            MessageType.Put => PutCodec.NewKeyStart,
            MessageType.Get => GetCodec.KeyStart,
            _ => int.MaxValue,
        };
        if (start >= body.Length) return false;

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(body[(start - sizeof(uint))..]);
        if (length > body.Length - start) return false;
        keyspace = BinaryPrimitives.ReadUInt16LittleEndian(body[sizeof(ulong)..]);
        key = body.Slice(start, (int)length);
        return true;
    }
}
