using System.Numerics;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Sizes that blocks come in, in units of 16 bytes: each up to 512 bytes, then eight a doubling, so that at most an eighth
/// of a block is wasted.
/// </summary>
internal static class SizeClasses
{
    public const int UnitBytes = 16;
    public const int LargestUnits = 2048;
    private const int ExactUnits = 32;
    private const int StepsPerDoublingLog = 3;

    public static int Count { get; } = Of(LargestUnits * UnitBytes) + 1;

    /// <param name="bytes">1 to <see cref="LargestUnits"/> units.</param>
    public static int Of(int bytes)
    {
        int units = (bytes + UnitBytes - 1) / UnitBytes;
        if (units <= ExactUnits) return units;

        int shift = BitOperations.Log2((uint)units - 1) - StepsPerDoublingLog;
        int steps = ((units - 1) >> shift) + 1; // 9 to 16 steps of 2^shift units
        return ExactUnits + (shift - 2) * (1 << StepsPerDoublingLog) + steps - 8;
    }

    public static int UnitsOf(int sizeClass)
    {
        if (sizeClass <= ExactUnits) return sizeClass;

        int above = sizeClass - ExactUnits - 1;
        int shift = above / (1 << StepsPerDoublingLog) + 2;
        int steps = above % (1 << StepsPerDoublingLog) + 9;
        return steps << shift;
    }
}
