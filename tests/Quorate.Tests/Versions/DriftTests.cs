using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Versions;

public class DriftTests
{
    [Theory]
    [InlineData(true, "nobody heard: the own clock decides")]
    [InlineData(true, "one peer, at the limit", 500)]
    [InlineData(true, "one peer, at the limit behind", -500)]
    [InlineData(false, "one peer, beyond: of two clocks nobody knows the wrong one", 501)]
    [InlineData(true, "two peers near", 3, -4)]
    [InlineData(true, "one of two near: with the own clock two of three", 0, 300_000)]
    [InlineData(false, "both of two far: the own clock is the odd one", 300_000, 300_001)]
    [InlineData(false, "one of three near is two of four, and no majority", 0, 900, 900)]
    [InlineData(true, "two of three near", 0, 0, 900)]
    [InlineData(false, "one of four near", 0, 900, 900, -900)]
    [InlineData(true, "two of four near", 0, 0, 900, -900)]
    public void A_coordinator_trusts_its_clock_when_a_majority_is_within_the_limit(bool admitted, string why, params int[] offsets)
    {
        Assert.True(admitted == Drift.Admits([.. offsets.Select(offset => (long)offset)], 500), why);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void An_absurd_clock_is_a_far_one(long offset)
    {
        Assert.False(Drift.Admits([offset], 500));
        Assert.True(Drift.Admits([offset, 0], 500));
    }
}
