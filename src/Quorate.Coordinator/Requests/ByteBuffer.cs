using System.Buffers;

namespace Quorate.Coordinator.Requests;

/// <summary>A request's own copy of bytes, kept for the next request unless it grew large.</summary>
/// <param name="held">What it holds is counted there.</param>
public sealed class ByteBuffer(HeldBytes held)
{
    private const int KeptBytes = 1024;
    private byte[] _bytes = [];

    // Beside the length: asking the array is one more place in memory to wait for, twice a request (docs/performance.md).
    private int _capacity;
    private int _length;

    /// <summary>What it holds. Valid until it is set, resized or cleared.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Holds a copy of these bytes instead.</summary>
    public void Set(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Resize(bytes.Length));

    /// <summary>Holds a copy of both, one behind the other, instead.</summary>
    public void Set(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> whole = Resize(first.Length + second.Length);
        first.CopyTo(whole);
        second.CopyTo(whole[first.Length..]);
    }

    /// <summary>That many bytes, with anything in them.</summary>
    public Span<byte> Resize(int length)
    {
        if (_capacity < length) Swap(ArrayPool<byte>.Shared.Rent(Math.Max(length, KeptBytes)));
        held.Total += length - _length;
        _length = length;
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Holds nothing, and gives memory back where it was much.</summary>
    public void Clear()
    {
        held.Total -= _length;
        _length = 0;
        if (_capacity > KeptBytes) Swap([]);
    }

    private void Swap(byte[] bytes)
    {
        if (_capacity > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _capacity) = (bytes, bytes.Length);
    }
}
