using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class PaceTests
{
    [Fact]
    public void A_request_keeps_the_time_at_which_it_was_due()
    {
        var pace = new Pace(start: 1000, frequency: 100, rate: 10);

        Assert.True(pace.TryTake(1000, out long first));
        Assert.False(pace.TryTake(1009, out _));
        Assert.True(pace.TryTake(1035, out long second));
        Assert.True(pace.TryTake(1035, out long third));

        Assert.Equal([1000, 1010, 1020], new[] { first, second, third });
        Assert.Equal(1030, pace.NextDue);
    }

    [Theory]
    [InlineData(999, 0)]
    [InlineData(1000, 1)]
    [InlineData(1009, 1)]
    [InlineData(1010, 2)]
    [InlineData(2000, 101)]
    public void Who_is_due_and_was_not_taken_is_behind(long now, long behind) =>
        Assert.Equal(behind, new Pace(start: 1000, frequency: 100, rate: 10).Behind(now));

    [Fact]
    public void What_was_taken_is_not_behind()
    {
        var pace = new Pace(start: 0, frequency: 1_000_000_000, rate: 3);
        while (pace.TryTake(10_000_000_000, out _))
        {
        }

        Assert.Equal((0, 10_333_333_333), (pace.Behind(10_000_000_000), pace.NextDue));
    }

    [Fact]
    public void A_day_at_the_highest_rate_does_not_overflow()
    {
        const long day = 86_400L * 1_000_000_000;

        Assert.Equal(86_400L * 10_000_000 + 1, new Pace(start: 0, frequency: 1_000_000_000, rate: 10_000_000).Behind(day));
    }
}
