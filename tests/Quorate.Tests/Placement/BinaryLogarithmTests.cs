using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class BinaryLogarithmTests
{
    private const ulong One = 1UL << BinaryLogarithm.FractionBits;

    [Theory]
    [InlineData(1UL << 63, 1)]
    [InlineData(1UL << 62, 2)]
    [InlineData(1UL << 32, 32)]
    [InlineData(1UL, 64)]
    [InlineData(0UL, 64)]
    public void A_power_of_two_has_a_whole_logarithm(ulong numerator, ulong bits) =>
        Assert.Equal(bits * One, BinaryLogarithm.MinusLog2(numerator));

    [Fact]
    public void The_largest_draw_is_the_nearest_and_never_nothing() =>
        Assert.InRange(BinaryLogarithm.MinusLog2(ulong.MaxValue), 1UL, 1000UL);

    [Fact]
    public void It_agrees_with_floating_point_to_three_millionths() =>
        Prop.ForAll(AnyDraw, draw =>
            Math.Abs(BinaryLogarithm.MinusLog2(draw) / (double)One - (64 - Math.Log2(draw))) < 3e-6).QuickCheckThrowOnFailure();

    [Fact]
    public void It_never_rises_with_its_argument() =>
        Prop.ForAll(AnyDraw, AnyDraw, (left, right) =>
            left < right == BinaryLogarithm.MinusLog2(left) >= BinaryLogarithm.MinusLog2(right)
            || BinaryLogarithm.MinusLog2(left) == BinaryLogarithm.MinusLog2(right)).QuickCheckThrowOnFailure();

    [Fact]
    public void It_does_not_jump_where_one_table_entry_ends()
    {
        for (ulong index = 1; index < 256; index++)
        {
            ulong point = (1UL << 63) + (index << 55);
            ulong below = BinaryLogarithm.MinusLog2(point - 1), above = BinaryLogarithm.MinusLog2(point);
            Assert.InRange(below - above, 0UL, 1UL);
        }
    }

    /// <summary>Of every magnitude, not only near the top.</summary>
    private static Arbitrary<ulong> AnyDraw =>
        (from high in Gen.Choose(int.MinValue, int.MaxValue)
         from low in Gen.Choose(int.MinValue, int.MaxValue)
         from shift in Gen.Choose(0, 63)
         select ((ulong)(uint)high << 32 | (uint)low | 1UL << 63) >> shift).ToArbitrary();
}
