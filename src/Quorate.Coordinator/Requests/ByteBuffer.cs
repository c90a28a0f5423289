using System.Buffers;

namespace Quorate.Coordinator.Requests;

/// <summary>A request's own copy of bytes, kept for the next request unless it grew large.</summary>
/// <param name="held">What it holds is counted there.</param>
public class ByteBuffer(HeldBytes held)
{
    /// <summary>A key and a value as most are.</summary>
    private const int KeptBytes = 2048;

    private byte[] _bytes = [];

    // Beside the length: asking the array is one more place in memory to wait for, twice a request (docs/performance.md).
    private int _capacity;
    private int _length;

    /// <summary>What it holds. Valid until it is set, resized or cleared.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Holds a copy of these bytes instead.</summary>
    public void Set(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Resize(bytes.Length));

    /// <summary>That many bytes: the first are kept, behind them is anything.</summary>
    /// <param name="length">0 or more.</param>
    /// <param name="kept">Of those that it holds; at most <paramref name="length"/>.</param>
    public Span<byte> Resize(int length, int kept = 0)
    {
        if (_capacity < length) Swap(ArrayPool<byte>.Shared.Rent(Math.Max(length, KeptBytes)), kept);
        held.Total += length - _length;
        _length = length;
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Holds nothing, and gives memory back where it was much.</summary>
    public virtual void Clear()
    {
        held.Total -= _length;
        _length = 0;
        if (_capacity > KeptBytes) Swap([], kept: 0);
    }

    private void Swap(byte[] bytes, int kept)
    {
        _bytes.AsSpan(0, kept).CopyTo(bytes);
        if (_capacity > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _capacity) = (bytes, bytes.Length);
    }
}
