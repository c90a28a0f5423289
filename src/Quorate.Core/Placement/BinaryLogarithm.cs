using System.Numerics;

namespace Quorate.Core.Placement;

/// <summary>
/// Logarithms in integers. <see cref="Math.Log2"/> may differ in its last bit between processors and runtimes, and two
/// nodes that differ in one bit would place a partition differently (law 10).
/// </summary>
public static class BinaryLogarithm
{
    /// <summary>The results count in units of 2^-57: the largest, 64, then just fits.</summary>
    public const int FractionBits = 57;

    private const int IndexBits = 8;

    /// <summary>Entry i is log2(1 + i/256); the last one, for i = 256, is 1.</summary>
    private static readonly ulong[] Table = BuildTable();

    /// <summary>
    /// How many bits <paramref name="numerator"/> / 2^64 lies below 1, in units of 2^-57. Interpolated between 256
    /// points: less than 3 millionths off, and never falling where it must rise. 0 is taken for 1.
    /// </summary>
    public static ulong MinusLog2(ulong numerator)
    {
        numerator |= numerator == 0 ? 1UL : 0;
        int leadingZeros = BitOperations.LeadingZeroCount(numerator);
        ulong mantissa = numerator << leadingZeros << 1; // what follows the leading one
        int index = (int)(mantissa >> 64 - IndexBits);
        ulong step = Table[index + 1] - Table[index];
        ulong log = Table[index] + Math.BigMul(step, mantissa << IndexBits, out _);
        return ((ulong)(leadingZeros + 1) << FractionBits) - log;
    }

    /// <summary>The logarithm of a whole number, at least 1, in units of 2^-57.</summary>
    public static ulong Log2(uint number) => (64UL << FractionBits) - MinusLog2(number);

    private static ulong[] BuildTable()
    {
        var table = new ulong[(1 << IndexBits) + 1];
        for (int i = 0; i < table.Length - 1; i++) table[i] = LogOfMantissa((1UL << 63) + ((ulong)i << 63 - IndexBits));
        table[^1] = 1UL << FractionBits;
        return table;
    }

    /// <summary>Squaring a number doubles its logarithm: each time it passes 2, that bit of the logarithm is one.</summary>
    /// <param name="mantissa">From 1 to below 2, in units of 2^-63.</param>
    private static ulong LogOfMantissa(ulong mantissa)
    {
        ulong log = 0;
        for (int bit = FractionBits - 1; bit >= 0; bit--)
        {
            UInt128 square = (UInt128)mantissa * mantissa >> 63;
            bool passesTwo = square >> 64 != 0;
            if (passesTwo) log |= 1UL << bit;
            mantissa = (ulong)(passesTwo ? square >> 1 : square);
        }

        return log;
    }
}
