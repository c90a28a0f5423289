using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Versions;

public sealed class ClockOffsetTests
{
    /// <summary>Our wall clock shows this much more than our monotonic one.</summary>
    private const long Lead = 1_000_000;

    [Fact]
    public void Nothing_is_claimed_before_the_first_answer() => Assert.Null(new ClockOffset().At(0, Lead));

    [Theory]
    [InlineData(1000, 1010, 0)]
    [InlineData(1000, 1010, 500)]
    [InlineData(1000, 1010, -1000)]
    [InlineData(1000, 1000, 3)] // quicker than the clock ticks
    public void The_offset_is_their_reading_against_the_midpoint_of_ours(long sent, long received, long offset)
    {
        var clock = new ClockOffset();
        clock.Record(sent, received, Lead + (sent + received) / 2 + offset);
        Assert.Equal(offset, clock.At(received, Lead + received));
    }

    [Fact]
    public void The_quickest_of_the_last_five_is_believed_and_of_equally_quick_ones_the_newest()
    {
        var clock = new ClockOffset();
        Measure(clock, roundTrip: 2, offset: 1);
        Measure(clock, roundTrip: 80, offset: 40);
        Assert.Equal(1, clock.At(0, Lead));
        Measure(clock, roundTrip: 2, offset: 3);
        Assert.Equal(3, clock.At(0, Lead));
        for (int i = 0; i < 5; i++) Measure(clock, roundTrip: 50 + i, offset: 10 + i);
        Assert.Equal(10, clock.At(0, Lead));
    }

    [Fact]
    public void A_jump_of_their_clock_shows_with_the_next_answer_however_slow()
    {
        var clock = new ClockOffset();
        Measure(clock, roundTrip: 2, offset: 0);
        Measure(clock, roundTrip: 100, offset: 600);
        Assert.Equal(600, clock.At(0, Lead));
    }

    [Fact]
    public void A_jump_of_our_own_clock_shows_at_once()
    {
        var clock = new ClockOffset();
        Measure(clock, roundTrip: 2, offset: 0);
        Assert.Equal(-5_000, clock.At(0, Lead + 5_000));
    }

    [Fact]
    public void Whatever_a_peer_claims_is_only_far_off()
    {
        var clock = new ClockOffset();
        foreach (long claimed in new[] { long.MaxValue, long.MinValue, 0, long.MinValue }) clock.Record(0, 2, claimed);
        Assert.NotNull(clock.At(2, Lead));
    }

    [Fact]
    public void After_three_seconds_of_silence_nothing_is_claimed()
    {
        var clock = new ClockOffset();
        clock.Record(1000, 1000, Lead + 1007);
        Assert.Equal(7, clock.At(4000, Lead + 4000));
        Assert.Null(clock.At(4001, Lead + 4001));
    }

    private static void Measure(ClockOffset clock, long roundTrip, long offset) =>
        clock.Record(-roundTrip, 0, Lead - roundTrip / 2 + offset);
}
