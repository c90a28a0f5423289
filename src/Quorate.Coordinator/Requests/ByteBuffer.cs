using System.Buffers;

namespace Quorate.Coordinator.Requests;

/// <summary>A request's own copy of bytes, kept for the next request unless it grew large.</summary>
/// <param name="held">What it holds is counted there.</param>
public sealed class ByteBuffer(HeldBytes held)
{
    private const int KeptBytes = 1024;
    private byte[] _bytes = [];
    private int _length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public void Set(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Resize(bytes.Length));

    public void Set(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> whole = Resize(first.Length + second.Length);
        first.CopyTo(whole);
        second.CopyTo(whole[first.Length..]);
    }

    /// <summary>That many bytes, with anything in them.</summary>
    public Span<byte> Resize(int length)
    {
        if (_bytes.Length < length) Swap(ArrayPool<byte>.Shared.Rent(Math.Max(length, KeptBytes)));
        held.Total += length - _length;
        _length = length;
        return _bytes.AsSpan(0, length);
    }

    public void Clear()
    {
        held.Total -= _length;
        _length = 0;
        if (_bytes.Length > KeptBytes) Swap([]);
    }

    private void Swap(byte[] bytes)
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
