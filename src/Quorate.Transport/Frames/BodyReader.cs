using System.Buffers.Binary;
using System.Text;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>
/// Reads a body field by field. Whatever does not fit is a <see cref="ProtocolException"/>; a length is believed only once
/// that many bytes are there.
/// </summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = body;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw new ProtocolException($"{other} is neither yes nor no"),
    };

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public int Int32() => (int)UInt32();

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public long Int64() => (long)UInt64();

    public Version Version()
    {
        var timestamp = new HybridTimestamp(UInt64());
        if (!timestamp.IsPlausible) throw new ProtocolException($"a version of {timestamp.Milliseconds} ms cannot be true");
        return new Version(timestamp, new WriterId(new NodeId(UInt64()), UInt32()));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        uint length = UInt32();
        if (length > (uint)_rest.Length) throw Truncated();
        return Take((int)length);
    }

    public string Text()
    {
        try
        {
            return StrictUtf8.GetString(Bytes());
        }
        catch (DecoderFallbackException)
        {
            throw new ProtocolException("a text is not UTF-8");
        }
    }

    public Verdict Verdict()
    {
        var verdict = (Verdict)Byte();
        return verdict <= Core.Quorum.Verdict.NoHint ? verdict : throw new ProtocolException($"unknown verdict {(byte)verdict}");
    }

    /// <summary>Nothing may follow.</summary>
    public readonly void End()
    {
        if (_rest.Length > 0) throw new ProtocolException($"{_rest.Length} bytes too many in a message");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Truncated();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static ProtocolException Truncated() => new("a message is shorter than its fields");
}
