using System.Diagnostics;

namespace Quorate.Resp.Protocol;

/// <summary>What <see cref="RespReader.Read"/> found.</summary>
public enum ParseStep
{
    /// <summary>The command goes on beyond the bytes given: come again with <see cref="RespReader.Wanted"/> of them.</summary>
    NeedMore,

    /// <summary>A whole command; an empty one (a bare line end) has no words.</summary>
    Command,

    /// <summary>Not RESP: <see cref="RespReader.Problem"/> says why, and nothing that follows can be trusted.</summary>
    Malformed,
}

/// <summary>
/// Finds commands in a byte stream: arrays of bulk strings, or lines that a person typed. It keeps positions, never bytes:
/// the caller shows the same bytes again with more behind them, and reading goes on where it stopped, so that a command of
/// a million words in a thousand pieces is still read once.
/// </summary>
public sealed class RespReader(RespLimits limits)
{
    private const int Unknown = -1;

    /// <summary>A count or length longer than this is no number worth waiting for.</summary>
    private const int MaxNumberBytes = 32;

    /// <summary>Enough for nearly every command; more is given back after a command that needed it.</summary>
    private const int UsualWords = 16;

    private ByteRange[] _words = new ByteRange[UsualWords];
    private byte[] _line = [];
    private bool _isInline;
    private bool _isComplete;
    private int _count;
    private int _expected = Unknown;
    private int _bulkLength = Unknown;
    private int _position;

    /// <summary>Bytes of the command that was found.</summary>
    public int Length => _position;

    /// <summary>Bytes needed in all, from the command's first, before reading on is worth while.</summary>
    public int Wanted { get; private set; }

    /// <summary>What is wrong with the bytes, as Redis says it: "Protocol error: …". Empty until something is.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Goes on looking for the command's end. A command that was found is found again until it is taken.</summary>
    /// <param name="bytes">Not empty; begins with the first byte of the command, also where it was shown before.</param>
    public ParseStep Read(ReadOnlySpan<byte> bytes)
    {
        if (_isComplete) return ParseStep.Command;
        if (_expected == Unknown)
        {
            if (bytes[0] != '*') return ReadLine(bytes);
            ParseStep step = ReadNumber(bytes, "mbulk", "multibulk", limits.MaxArguments, out int count);
            if (step != ParseStep.Command) return step;
            _expected = Math.Max(count, 0);
        }

        while (_count < _expected)
        {
            ParseStep step = ReadWord(bytes);
            if (step != ParseStep.Command) return step;
        }

        _isComplete = true;
        return ParseStep.Command;
    }

    /// <summary>The words of the command found in <paramref name="bytes"/>.</summary>
    public Arguments ArgumentsIn(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(_isComplete);
        return new Arguments(_isInline ? _line : bytes, _words.AsSpan(0, _count));
    }

    /// <summary>The command was taken: what is read next is another one.</summary>
    public void Take()
    {
        if (_words.Length > UsualWords * 64) _words = new ByteRange[UsualWords];
        _isInline = _isComplete = false;
        _count = _position = 0;
        _expected = _bulkLength = Unknown;
    }

    private ParseStep ReadWord(ReadOnlySpan<byte> bytes)
    {
        if (_bulkLength == Unknown)
        {
            if (_position == bytes.Length) return NeedMore(bytes.Length + 1);
            if (bytes[_position] != '$') return Malformed($"expected '$', got '{Printable(bytes[_position])}'");
            ParseStep step = ReadNumber(bytes, "bulk", "bulk", limits.MaxCommandBytes, out int length);
            if (step != ParseStep.Command) return step;
            if (length < 0) return Malformed("invalid bulk length");
            if ((long)_position + length + 2 > limits.MaxCommandBytes)
                return Malformed($"too big request, above {limits.MaxCommandBytes} bytes");
            _bulkLength = length;
        }

        int end = _position + _bulkLength + 2;
        if (bytes.Length < end) return NeedMore(end);

        if (_count == _words.Length) Array.Resize(ref _words, _words.Length * 2);
        _words[_count++] = new ByteRange(_position, _bulkLength);
        _position = end;
        _bulkLength = Unknown;
        return ParseStep.Command;
    }

    /// <summary>The number between the marker at the position and the line's end.</summary>
    private ParseStep ReadNumber(ReadOnlySpan<byte> bytes, string what, string whose, int max, out int number)
    {
        number = 0;
        ReadOnlySpan<byte> line = bytes[(_position + 1)..];
        int length = 0;
        while (length < line.Length && length <= MaxNumberBytes && line[length] != '\r') length++;
        if (length > MaxNumberBytes) return Malformed($"too big {what} count string");
        if (length + 2 > line.Length) return NeedMore(bytes.Length + 1);

        if (!RespNumber.TryParse(line[..length], out long parsed) || parsed > max) return Malformed($"invalid {whose} length");
        number = (int)Math.Max(parsed, -1);
        _position += length + 3;
        return ParseStep.Command;
    }

    private ParseStep ReadLine(ReadOnlySpan<byte> bytes)
    {
        int length = bytes[_position..].IndexOf((byte)'\n');
        if ((length < 0 ? bytes.Length : _position + length) > limits.MaxInlineBytes) return Malformed("too big inline request");
        if (length < 0)
        {
            _position = bytes.Length;
            return NeedMore(bytes.Length + 1);
        }

        length += _position;
        _position = length + 1;
        _isInline = _isComplete = true;
        return Split(bytes[..length]);
    }

    private ParseStep Split(ReadOnlySpan<byte> line)
    {
        if (_line.Length < line.Length) _line = new byte[line.Length];
        var words = new InlineWords(line, _line);
        bool unbalanced;
        while (words.TryNext(out ByteRange word, out unbalanced))
        {
            if (_count == _words.Length) Array.Resize(ref _words, _words.Length * 2);
            _words[_count++] = word;
        }

        return unbalanced ? Malformed("unbalanced quotes in request") : ParseStep.Command;
    }

    private ParseStep NeedMore(int wanted)
    {
        Wanted = wanted;
        return ParseStep.NeedMore;
    }

    private ParseStep Malformed(string problem)
    {
        Problem = "Protocol error: " + problem;
        return ParseStep.Malformed;
    }

    private static char Printable(byte value) => value is >= 0x20 and < 0x7F ? (char)value : '?';
}
