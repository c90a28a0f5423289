using System.Buffers;
using System.Text;

namespace Quorate.Resp.Protocol;

/// <summary>Writes replies in the protocol version that the client asked for. Allocates nothing.</summary>
/// <param name="output">Where to.</param>
/// <param name="protocol">2 or 3.</param>
internal readonly ref struct RespWriter(IBufferWriter<byte> output, int protocol)
{
    /// <summary>A marker, the digits of a 64-bit integer, a line end.</summary>
    private const int HeaderBytes = 1 + 20 + 2;

    /// <summary>Below this a value is copied behind its header in one go.</summary>
    private const int SmallBytes = 4096;

    private readonly IBufferWriter<byte> _output = output;

    public int Protocol { get; } = protocol;

    private bool IsResp3 => Protocol >= 3;

    public void Ok() => _output.Write("+OK\r\n"u8);

    public void Simple(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <param name="text">Its first word is the code. Line ends and other control characters become spaces.</param>
    public void Error(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        foreach (ref byte next in bytes.AsSpan())
        {
            if (next < ' ') next = (byte)' ';
        }

        Line((byte)'-', bytes);
    }

    public void Integer(long number) => Header((byte)':', number);

    public void Boolean(bool value) => Integer(value ? 1 : 0);

    public void Bulk(ReadOnlySpan<byte> value)
    {
        if (value.Length > SmallBytes)
        {
            Header((byte)'$', value.Length);
            _output.Write(value);
            _output.Write("\r\n"u8);
            return;
        }

        Span<byte> span = _output.GetSpan(HeaderBytes + value.Length + 2);
        int length = WriteHeader(span, (byte)'$', value.Length);
        value.CopyTo(span[length..]);
        length += value.Length;
        span[length++] = (byte)'\r';
        span[length++] = (byte)'\n';
        _output.Advance(length);
    }

    public void Bulk(string value) => Bulk(Encoding.UTF8.GetBytes(value));

    /// <summary>Text for people: in RESP3 a client may show it as it is.</summary>
    public void Verbatim(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(IsResp3 ? "txt:" + text : text);
        if (!IsResp3)
        {
            Bulk(bytes);
            return;
        }

        Header((byte)'=', bytes.Length);
        _output.Write(bytes);
        _output.Write("\r\n"u8);
    }

    public void Null() => _output.Write(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    public void Array(int count) => Header((byte)'*', count);

    /// <summary>Pairs follow: keys and values in turn.</summary>
    public void Map(int pairs)
    {
        if (IsResp3) Header((byte)'%', pairs);
        else Header((byte)'*', pairs * 2);
    }

    public void Set(int count) => Header(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>Not an answer to a command.</summary>
    public void Push(int count) => Header(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary>Bytes that a writer wrote before.</summary>
    public void Raw(ReadOnlySpan<byte> written) => _output.Write(written);

    private void Line(byte marker, ReadOnlySpan<byte> text)
    {
        Span<byte> span = _output.GetSpan(text.Length + 3);
        span[0] = marker;
        text.CopyTo(span[1..]);
        span[text.Length + 1] = (byte)'\r';
        span[text.Length + 2] = (byte)'\n';
        _output.Advance(text.Length + 3);
    }

    private void Header(byte marker, long number) => _output.Advance(WriteHeader(_output.GetSpan(HeaderBytes), marker, number));

    private static int WriteHeader(Span<byte> span, byte marker, long number)
    {
        span[0] = marker;
        int digits = 1;
        if ((ulong)number <= 9) span[1] = (byte)('0' + number);
        else number.TryFormat(span[1..], out digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        return digits + 3;
    }
}
