using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Quorate.Core;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>
/// Writes one frame: its fields into one span, then a payload that may be large and is not copied in between. Nothing is
/// written before <see cref="End(ReadOnlySpan{byte})"/>.
/// </summary>
internal ref struct FrameWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly Span<byte> _span;
    private int _position;

    /// <summary>Takes room for header and fields.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="type">What it carries.</param>
    /// <param name="fieldBytes">At least what the fields need.</param>
    public FrameWriter(IBufferWriter<byte> output, MessageType type, int fieldBytes)
    {
        _output = output;
        _span = output.GetSpan(Frame.HeaderSize + fieldBytes);
        _span[Frame.PrefixSize] = (byte)type;
        _span[Frame.PrefixSize + 1] = 0;
        _position = Frame.HeaderSize;
    }

    public void Byte(byte value) => _span[_position++] = value;

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_span[_position..], value);
        _position += sizeof(ushort);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_span[_position..], value);
        _position += sizeof(uint);
    }

    public void Int32(int value) => UInt32((uint)value);

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_span[_position..], value);
        _position += sizeof(ulong);
    }

    public void Int64(long value) => UInt64((ulong)value);

    public void Version(Version version)
    {
        UInt64(version.Timestamp.Value);
        UInt64(version.Writer.Node.Value);
        UInt32(version.Writer.Start);
    }

    /// <summary>Length (4), then the bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        bytes.CopyTo(_span[_position..]);
        _position += bytes.Length;
    }

    /// <summary>Length (4), then UTF-8.</summary>
    public void Text(string text)
    {
        int length = Encoding.UTF8.GetBytes(text, _span[(_position + sizeof(uint))..]);
        Int32(length);
        _position += length;
    }

    public readonly void End() => End(default);

    /// <summary>Closes the frame with bytes whose length the fields said.</summary>
    public readonly void End(ReadOnlySpan<byte> payload)
    {
        uint running = Checksum.Append(~0u, _span[Frame.PrefixSize.._position]);
        BinaryPrimitives.WriteInt32LittleEndian(_span, _position - Frame.PrefixSize + payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_span[sizeof(uint)..], ~Checksum.Append(running, payload));
        _output.Advance(_position);
        if (!payload.IsEmpty) _output.Write(payload);
    }
}
