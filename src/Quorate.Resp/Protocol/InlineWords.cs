namespace Quorate.Resp.Protocol;

/// <summary>
/// Splits a line that a person typed into words, as Redis' sdssplitargs does: <c>"…"</c> knows \xHH \n \r \t \b \a,
/// <c>'…'</c> knows \' only, and a closing quote must end its word.
/// </summary>
internal ref struct InlineWords(ReadOnlySpan<byte> line, Span<byte> output)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly Span<byte> _output = output;
    private int _at;
    private int _written;

    /// <summary>The next word's place in the output; false at the end of the line, and when the quotes are unbalanced.</summary>
    public bool TryNext(out ByteRange word, out bool unbalanced)
    {
        word = default;
        unbalanced = false;
        while (_at < _line.Length && IsSpace(_line[_at])) _at++;
        if (_at == _line.Length) return false;

        int start = _written;
        while (_at < _line.Length && !IsSpace(_line[_at]))
        {
            byte next = _line[_at++];
            if (next is (byte)'"' or (byte)'\'')
            {
                if (!TryQuoted(next)) { unbalanced = true; return false; }
                break;
            }

            _output[_written++] = next;
        }

        word = new ByteRange(start, _written - start);
        return true;
    }

    private bool TryQuoted(byte quote)
    {
        while (_at < _line.Length)
        {
            byte next = _line[_at++];
            if (next == quote) return _at == _line.Length || IsSpace(_line[_at]);
            _output[_written++] = next == '\\' && _at < _line.Length ? Escaped(quote) : next;
        }

        return false;
    }

    private byte Escaped(byte quote)
    {
        byte next = _line[_at];
        if (quote == '\'')
        {
            if (next != '\'') return (byte)'\\';
            _at++;
            return next;
        }

        if (next == 'x' && _at + 2 < _line.Length && TryHex(_line[_at + 1], _line[_at + 2], out byte value))
        {
            _at += 3;
            return value;
        }

        _at++;
        return (char)next switch
        {
            'n' => (byte)'\n',
            'r' => (byte)'\r',
            't' => (byte)'\t',
            'b' => (byte)'\b',
            'a' => (byte)'\a',
            _ => next,
        };
    }

    private static bool TryHex(byte high, byte low, out byte value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low)) return false;
        value = (byte)(FromHex(high) << 4 | FromHex(low));
        return true;
    }

    private static int FromHex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r') or 0;
}
