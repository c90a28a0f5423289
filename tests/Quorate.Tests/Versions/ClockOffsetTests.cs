using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Versions;

public sealed class ClockOffsetTests
{
    [Fact]
    public void Nothing_is_claimed_before_the_first_answer() => Assert.Null(new ClockOffset().At(0));

    [Theory]
    [InlineData(1000, 1010, 1005, 0)] // equal clocks
    [InlineData(1000, 1010, 1505, 500)] // theirs is ahead
    [InlineData(1000, 1010, 5, -1000)] // theirs is behind
    [InlineData(1000, 1000, 1000, 0)] // quicker than the clock ticks
    public void The_offset_is_their_reading_against_the_midpoint_of_ours(long sent, long received, long theirs, long offset)
    {
        var clock = new ClockOffset();
        clock.Record(sent, received, theirs, received - sent, 0);
        Assert.Equal(offset, clock.At(0));
    }

    [Fact]
    public void The_quickest_of_the_last_five_is_believed_and_of_equally_quick_ones_the_newest()
    {
        var clock = new ClockOffset();
        Measure(roundTrip: 2, offset: 1);
        Measure(roundTrip: 80, offset: 40);
        Assert.Equal(1, clock.At(0));
        Measure(roundTrip: 2, offset: 3);
        Assert.Equal(3, clock.At(0));
        for (int i = 0; i < 5; i++) Measure(roundTrip: 50 + i, offset: 10 + i);
        Assert.Equal(10, clock.At(0));

        void Measure(long roundTrip, long offset) => clock.Record(0, roundTrip, roundTrip / 2 + offset, roundTrip, 0);
    }

    [Fact]
    public void After_three_seconds_of_silence_nothing_is_claimed()
    {
        var clock = new ClockOffset();
        clock.Record(0, 0, 7, 0, now: 1000);
        Assert.Equal(7, clock.At(4000));
        Assert.Null(clock.At(4001));
    }
}
