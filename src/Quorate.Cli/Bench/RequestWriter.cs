using System.Buffers;
using System.Globalization;
using System.Text;

namespace Quorate.Cli.Bench;

/// <summary>Writes requests by copying a finished one and changing the key and the value's stamp: next to nothing a request.</summary>
internal sealed class RequestWriter
{
    private const int Digits = 12;

    private readonly ulong _run;
    private readonly string _tag;
    private readonly byte[] _get;
    private readonly byte[] _put;
    private readonly int _putKeyEnd;
    private readonly Range _value;

    /// <param name="run">Told apart from other runs by it.</param>
    /// <param name="valueBytes">Values too short for a <see cref="ValueStamp"/> carry none.</param>
    /// <param name="random">Fills the values.</param>
    /// <param name="tag">Of all keys, so that they are in one slot; empty for none.</param>
    public RequestWriter(ulong run, int valueBytes, Random random, string tag = "")
    {
        _run = run;
        _tag = tag.Length == 0 ? "" : $"{{{tag}}}:";
        _get = Encoding.UTF8.GetBytes($"*2\r\n$3\r\nGET\r\n${Encoding.UTF8.GetByteCount(KeyOf(0))}\r\n{KeyOf(0)}\r\n");
        byte[] head = Encoding.UTF8.GetBytes($"*3\r\n$3\r\nSET\r\n${Encoding.UTF8.GetByteCount(KeyOf(0))}\r\n{KeyOf(0)}\r\n");
        byte[] length = Encoding.ASCII.GetBytes($"${valueBytes}\r\n");
        var filling = new byte[valueBytes];
        random.NextBytes(filling);
        _put = [.. head, .. length, .. filling, .. "\r\n"u8];
        _putKeyEnd = head.Length - 2;
        _value = (head.Length + length.Length)..(head.Length + length.Length + valueBytes);
    }

    public string KeyOf(int key) => $"bench:{_tag}{key.ToString($"d{Digits}", CultureInfo.InvariantCulture)}";

    /// <summary>A stamped value in memory of its own.</summary>
    public byte[] ValueOf(int key, int writer, long put)
    {
        byte[] value = _put[_value];
        if (value.Length >= ValueStamp.Size) new ValueStamp(_run, key, writer, put).Write(value);
        return value;
    }

    public void Get(IBufferWriter<byte> output, int key)
    {
        Span<byte> request = Copy(_get, output);
        WriteKey(request[..^2], key);
        output.Advance(_get.Length);
    }

    /// <param name="writer">The connection.</param>
    /// <param name="put">Its number.</param>
    public void Put(IBufferWriter<byte> output, int key, int writer, long put)
    {
        Span<byte> request = Copy(_put, output);
        WriteKey(request[.._putKeyEnd], key);
        Span<byte> value = request[_value];
        if (value.Length >= ValueStamp.Size) new ValueStamp(_run, key, writer, put).Write(value);
        output.Advance(_put.Length);
    }

    private static Span<byte> Copy(byte[] template, IBufferWriter<byte> output)
    {
        Span<byte> request = output.GetSpan(template.Length)[..template.Length];
        template.CopyTo(request);
        return request;
    }

    /// <summary>The key is the last thing in <paramref name="text"/>, and zero up to now.</summary>
    private static void WriteKey(Span<byte> text, int key)
    {
        for (int at = text.Length - 1; key > 0; at--)
        {
            text[at] = (byte)('0' + key % 10);
            key /= 10;
        }
    }
}
