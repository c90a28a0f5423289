using System.Buffers;

namespace Quorate.Transport.Loop;

/// <summary>
/// What a connection has still to send, in pooled segments. Segments double in size while the kernel does not keep up, so
/// that a large value neither is copied when the buffer grows nor leaves in many small sends.
/// </summary>
/// <param name="pool">Where segments come from and go back to.</param>
/// <param name="onWritten">Called for each write.</param>
internal sealed class OutputBuffer(SegmentPool pool, Action onWritten) : IBufferWriter<byte>
{
    private readonly Queue<Segment> _full = new();
    private Segment _last;
    private int _sentOfFirst;
    private bool _discarding;

    /// <summary>Bytes written and not sent.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes to send first; empty where there are none.</summary>
    public ReadOnlySpan<byte> First => FirstSegment.Array.AsSpan(_sentOfFirst, FirstSegment.End - _sentOfFirst);

    private Segment FirstSegment => _full.TryPeek(out Segment first) ? first : _last;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _last.Array.AsSpan(_last.End);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _last.Array.AsMemory(_last.End);
    }

    public void Advance(int count)
    {
        if ((uint)count > (uint)_last.Free) throw new InvalidOperationException($"{count} bytes written where {_last.Free} fit.");
        if (_discarding || count == 0) return;

        _last = _last with { End = _last.End + count };
        Length += count;
        onWritten();
    }

    /// <summary>The first <paramref name="count"/> bytes, all within <see cref="First"/>, have left.</summary>
    public void Sent(int count)
    {
        Length -= count;
        _sentOfFirst += count;
        if (_sentOfFirst < FirstSegment.End) return;

        _sentOfFirst = 0;
        if (_full.TryDequeue(out Segment first)) pool.Return(first.Array!);
        else ReleaseLast();
    }

    /// <summary>Drops what is pending and whatever is written from here on: the connection is gone.</summary>
    public void Discard()
    {
        _discarding = true;
        _sentOfFirst = 0;
        Length = 0;
        while (_full.TryDequeue(out Segment segment)) pool.Return(segment.Array!);
        ReleaseLast();
    }

    private void Reserve(int needed)
    {
        if (_last.Free >= needed) return;

        if (_last.End > 0) _full.Enqueue(_last);
        else ReleaseLast();
        int size = (int)Math.Clamp(Length, SegmentPool.SegmentSize, SegmentPool.LargestSegment);
        _last = new Segment(pool.Rent(Math.Max(size, needed)), 0);
    }

    private void ReleaseLast()
    {
        if (_last.Array is not null) pool.Return(_last.Array);
        _last = default;
    }

    private readonly record struct Segment(byte[]? Array, int End)
    {
        public int Free => Array is null ? 0 : Array.Length - End;
    }
}
