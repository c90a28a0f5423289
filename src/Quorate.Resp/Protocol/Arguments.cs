namespace Quorate.Resp.Protocol;

/// <summary>The words of one command, its name first. Valid while the bytes they lie in are.</summary>
public readonly ref struct Arguments(ReadOnlySpan<byte> source, ReadOnlySpan<ByteRange> ranges)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private readonly ReadOnlySpan<ByteRange> _ranges = ranges;

    /// <summary>Words, the name among them; 0 for an empty command.</summary>
    public int Count => _ranges.Length;

    /// <summary>A word, counted from 0: the name.</summary>
    /// <exception cref="IndexOutOfRangeException">There are not so many.</exception>
    public ReadOnlySpan<byte> this[int index] => _ranges[index].In(_source);

    /// <summary>The command that begins at word <paramref name="first"/>.</summary>
    public Arguments From(int first) => new(_source, _ranges[first..]);

    /// <summary>Whether that word is this one, in any case of ASCII letters.</summary>
    /// <exception cref="IndexOutOfRangeException">There are not so many words.</exception>
    public bool Is(int index, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(this[index], word);
}
