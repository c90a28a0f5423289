namespace Quorate.Resp.Protocol;

/// <summary>A piece of some bytes: a position that outlives the span it was found in.</summary>
public readonly record struct ByteRange(int Start, int Length)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
