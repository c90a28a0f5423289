using System.Buffers;

namespace Quorate.Resp.Sessions;

/// <summary>Reply bytes that wait for their turn. Counts what it holds with its owner, so that waiting is bounded.</summary>
internal sealed class ReplyBuffer : IBufferWriter<byte>
{
    private const int UsualSize = 512;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(UsualSize);
    private ReplyRing? _owner;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Advance(int count)
    {
        Length += count;
        _owner!.BufferedBytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    internal void Take(ReplyRing owner) => _owner = owner;

    internal void Clear()
    {
        _owner!.BufferedBytes -= Length;
        _owner = null;
        Length = 0;
        if (_bytes.Length > UsualSize) Replace(UsualSize);
    }

    private void MakeRoom(int wanted)
    {
        int needed = Length + Math.Max(wanted, 1);
        if (needed > _bytes.Length) Replace(Math.Max(needed, (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
    }

    private void Replace(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}

/// <summary>Buffers between their uses, shared by the sessions of a loop.</summary>
internal sealed class ReplyBufferPool
{
    /// <summary>As many as one connection's pipeline may need at once; half a MiB.</summary>
    private const int MaxKept = 1024;

    private readonly Stack<ReplyBuffer> _free = new();

    public ReplyBuffer Rent(ReplyRing owner)
    {
        if (!_free.TryPop(out ReplyBuffer? buffer)) buffer = new ReplyBuffer();
        buffer.Take(owner);
        return buffer;
    }

    public void Return(ReplyBuffer buffer)
    {
        buffer.Clear();
        if (_free.Count < MaxKept) _free.Push(buffer);
    }
}
