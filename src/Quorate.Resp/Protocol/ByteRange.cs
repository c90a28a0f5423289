namespace Quorate.Resp.Protocol;

/// <summary>A piece of some bytes: a position that outlives the span it was found in.</summary>
/// <param name="Start">Of its first byte, from 0.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>The piece itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not all within <paramref name="bytes"/>.</exception>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
