using System.Numerics;

namespace Quorate.Cli.Bench;

/// <summary>
/// Durations in nanoseconds, counted in buckets: 128 equal ones for each power of two, so that a percentile is at most 1/128
/// (0.8 %) above the truth, at any size and in fixed memory.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>18 minutes; what took longer counts as this.</summary>
    public const long Longest = (1L << MaxBits) - 1;

    private const int MaxBits = 40;
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(MaxBits - StepBits + 1) * Steps];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        long value = Math.Clamp(nanoseconds, 0, Longest);
        _counts[BucketOf(value)]++;
        Count++;
        if (value > Max) Max = value;
    }

    /// <summary>The least duration that at least this share of all did not exceed; 0 where there are none.</summary>
    /// <param name="share">0 to 1, for example 0.99.</param>
    public long Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank) return Math.Min(LastOf(bucket), Max);
        }

        return Max;
    }

    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++) _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        Max = 0;
    }

    /// <summary>Up to 255 each value has a bucket; then each shift by one bit halves the precision.</summary>
    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - StepBits);
        return shift * Steps + (int)(value >> shift);
    }

    private static long LastOf(int bucket)
    {
        int shift = Math.Max(0, bucket / Steps - 1);
        return ((bucket - (long)shift * Steps + 1) << shift) - 1;
    }
}
