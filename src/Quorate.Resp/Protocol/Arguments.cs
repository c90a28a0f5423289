namespace Quorate.Resp.Protocol;

/// <summary>The words of one command, its name first. Valid while the bytes they lie in are.</summary>
public readonly ref struct Arguments(ReadOnlySpan<byte> source, ReadOnlySpan<ByteRange> ranges)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private readonly ReadOnlySpan<ByteRange> _ranges = ranges;

    public int Count => _ranges.Length;

    public ReadOnlySpan<byte> this[int index] => _ranges[index].In(_source);

    /// <summary>The command that begins at word <paramref name="first"/>.</summary>
    public Arguments From(int first) => new(_source, _ranges[first..]);

    public bool Is(int index, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(this[index], word);
}
