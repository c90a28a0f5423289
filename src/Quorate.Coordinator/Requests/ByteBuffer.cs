using System.Buffers;

namespace Quorate.Coordinator.Requests;

/// <summary>A request's own copy of bytes, kept for the next request unless it grew large.</summary>
internal sealed class ByteBuffer
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

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length <= KeptBytes) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private Span<byte> Resize(int length)
    {
        if (_bytes.Length < length)
        {
            Clear();
            _bytes = length <= KeptBytes ? new byte[KeptBytes] : ArrayPool<byte>.Shared.Rent(length);
        }

        _length = length;
        return _bytes.AsSpan(0, length);
    }
}
