using Quorate.Core.Membership;
using Xunit;

namespace Quorate.Tests.Membership;

public sealed class SuspicionTests
{
    /// <summary>Lifeguard's formula; the last column of the rows in between by hand: 1 - log(C + 1) / log(K + 1).</summary>
    [Theory]
    [InlineData(2_000, 30_000, 3, 0, 30_000)]
    [InlineData(2_000, 30_000, 3, 1, 16_000)]
    [InlineData(2_000, 30_000, 3, 2, 7_810)]
    [InlineData(2_000, 30_000, 3, 3, 2_000)]
    [InlineData(2_000, 30_000, 3, 4, 2_000)]
    [InlineData(2_000, 30_000, 0, 0, 2_000)]
    [InlineData(500, 500, 3, 1, 500)]
    public void The_timeout_comes_down_with_each_accuser(int least, int most, int wanted, int confirmations, int expected) =>
        Assert.InRange(Suspicion.Timeout(least, most, wanted, confirmations), expected - 1, expected + 1);

    [Theory]
    [InlineData(1, 3_200)]
    [InlineData(5, 3_200)]
    [InlineData(10, 3_200)]
    [InlineData(100, 6_400)]
    [InlineData(1_000, 9_600)]
    public void The_least_grows_with_the_logarithm_of_the_members(int members, int expected)
    {
        (int least, int most) = Suspicion.Bounds(SwimOptions.Default, members);
        Assert.InRange(least, expected - 1, expected + 1);
        Assert.Equal(2 * least, most);
    }

    [Fact]
    public void Only_an_accuser_not_heard_before_counts_and_only_while_one_is_wanted()
    {
        var suspicion = new Suspicion(new NodeId(1), (100, 900), wanted: 2, now: 0);
        Assert.Equal(900, suspicion.Deadline);
        Assert.False(suspicion.Confirm(new NodeId(1)));
        Assert.True(suspicion.Confirm(new NodeId(2)));
        Assert.False(suspicion.Confirm(new NodeId(2)));
        Assert.True(suspicion.Confirm(new NodeId(3)));
        Assert.False(suspicion.Confirm(new NodeId(4)));
        Assert.Equal(100, suspicion.Deadline);
    }
}
