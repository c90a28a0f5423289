using System.Buffers;

namespace Quorate.Transport.Loop;

/// <summary>Output segments of one loop: a stack without locks for the usual size, the shared pool for larger ones.</summary>
internal sealed class SegmentPool
{
    /// <summary>What a busy connection writes in a turn.</summary>
    public const int SegmentSize = 32 * 1024;

    /// <summary>32 MiB kept at most.</summary>
    private const int MaxKept = 1024;

    private readonly Stack<byte[]> _kept = new();

    public byte[] Rent(int size)
    {
        if (size > SegmentSize) return ArrayPool<byte>.Shared.Rent(size);
        return _kept.TryPop(out byte[]? segment) ? segment : GC.AllocateUninitializedArray<byte>(SegmentSize);
    }

    public void Return(byte[] segment)
    {
        if (segment.Length > SegmentSize) ArrayPool<byte>.Shared.Return(segment);
        else if (_kept.Count < MaxKept) _kept.Push(segment);
    }
}
