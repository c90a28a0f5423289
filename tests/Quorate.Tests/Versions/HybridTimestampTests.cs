using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Versions;

public class HybridTimestampTests
{
    [Theory]
    [InlineData(0UL, 0L, 0)]
    [InlineData(0xFFFFUL, 0L, 0xFFFF)]
    [InlineData(0x1_0000UL, 1L, 0)]
    [InlineData(0x0198_0000_0000_0007UL, 0x0198_0000_0000L, 7)]
    [InlineData(ulong.MaxValue, (1L << 48) - 1, 0xFFFF)]
    public void The_upper_48_bits_are_milliseconds_and_the_lower_16_are_logical(ulong value, long milliseconds, int logical)
    {
        var timestamp = new HybridTimestamp(value);

        Assert.Equal(milliseconds, timestamp.Milliseconds);
        Assert.Equal(logical, timestamp.Logical);
    }

    [Fact]
    public void A_later_millisecond_is_above_every_logical_step_of_an_earlier_one()
    {
        var last = new HybridTimestamp(HybridTimestamp.FromMilliseconds(1_000).Value | 0xFFFF);

        Assert.True(HybridTimestamp.FromMilliseconds(1_001) > last);
        Assert.Equal(1_000, last.Milliseconds);
    }

    [Theory]
    [InlineData(0UL, true)]
    [InlineData(long.MaxValue, true)]
    [InlineData(1UL << 63, false)]
    [InlineData(ulong.MaxValue, false)]
    public void A_timestamp_after_the_year_6429_is_not_plausible(ulong value, bool plausible) =>
        Assert.Equal(plausible, new HybridTimestamp(value).IsPlausible);

    [Fact]
    public void Above_what_leaves_room_restamps_are_plausible_and_above_what_is_only_plausible_they_may_not_be()
    {
        var writer = new WriterId(new Core.Membership.NodeId(1), 1);
        var last = new HybridTimestamp(long.MaxValue);
        var leaving = new HybridTimestamp(long.MaxValue / 2);

        Assert.True(leaving.LeavesRoom && !last.LeavesRoom);
        Assert.True(new HybridClock(writer, 0).Restamp(leaving, 0).Timestamp.IsPlausible);
        Assert.False(new HybridClock(writer, 0).Restamp(last, 0).Timestamp.IsPlausible);
    }

    [Fact]
    public void Versions_are_ordered_by_time_then_node_then_start()
    {
        Version[] rising = [Version.None, At(1, 1, 1), At(1, 1, 2), At(1, 2, 1), At(2, 1, 1)];

        Assert.Equal(rising, rising.Reverse().Order());
        Assert.All(rising.Zip(rising.Skip(1)), pair => Assert.True(pair.First < pair.Second && pair.Second > pair.First));
    }

    private static Version At(ulong time, ulong node, uint start) =>
        new(new HybridTimestamp(time), new WriterId(new Core.Membership.NodeId(node), start));
}
