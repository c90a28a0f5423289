using System.Buffers;
using System.Numerics;

namespace Quorate.Transport.Loop;

/// <summary>
/// Output segments of one loop, of sizes that double: stacks without locks. Large ones are kept too, because the garbage collector
/// lets several times as much of them gather as is in use, when clients that do not read come and go.
/// </summary>
internal sealed class SegmentPool
{
    /// <summary>What a busy connection writes in a turn.</summary>
    public const int SegmentSize = 32 * 1024;

    /// <summary>Larger ones are rare and come from the shared pool.</summary>
    public const int LargestSegment = 1024 * 1024;

    /// <summary>What two connections may have unsent.</summary>
    private const long MaxKeptBytes = 128 * 1024 * 1024;

    private readonly Stack<byte[]>[] _kept = [.. Enumerable.Range(0, RankOf(LargestSegment) + 1).Select(_ => new Stack<byte[]>())];
    private long _keptBytes;

    public byte[] Rent(int size)
    {
        if (size > LargestSegment) return ArrayPool<byte>.Shared.Rent(size);

        int rank = RankOf(size);
        if (!_kept[rank].TryPop(out byte[]? segment)) return GC.AllocateUninitializedArray<byte>(SegmentSize << rank);
        _keptBytes -= segment.Length;
        return segment;
    }

    public void Return(byte[] segment)
    {
        if (segment.Length > LargestSegment)
        {
            ArrayPool<byte>.Shared.Return(segment);
        }
        else if (_keptBytes + segment.Length <= MaxKeptBytes)
        {
            _kept[RankOf(segment.Length)].Push(segment);
            _keptBytes += segment.Length;
        }
    }

    /// <summary>How often the usual size is doubled to hold as much.</summary>
    private static int RankOf(int size) => size <= SegmentSize ? 0 : BitOperations.Log2((uint)size - 1) - BitOperations.Log2(SegmentSize) + 1;
}
