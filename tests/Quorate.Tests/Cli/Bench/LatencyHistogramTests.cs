using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    public void Small_values_are_exact(long value) => Assert.Equal(value, PercentileBelowALongerOne(value));

    [Theory]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(65_535)]
    [InlineData(1_000_000)]
    [InlineData(123_456_789)]
    [InlineData(10_000_000_000)]
    [InlineData((1L << 39) - 1)]
    [InlineData(1L << 39)]
    public void A_percentile_is_never_below_the_truth_and_at_most_a_128th_above(long value)
    {
        long found = PercentileBelowALongerOne(value);

        Assert.InRange(found, value, value + value / 128);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.001, 1)]
    [InlineData(0.5, 50)]
    [InlineData(0.501, 51)]
    [InlineData(0.99, 99)]
    [InlineData(0.999, 100)]
    [InlineData(1, 100)]
    public void A_percentile_is_the_least_that_its_share_did_not_exceed(double share, long expected)
    {
        var histogram = new LatencyHistogram();
        for (long value = 100; value >= 1; value--) histogram.Record(value);

        Assert.Equal(expected, histogram.Percentile(share));
    }

    [Fact]
    public void What_is_beyond_the_ends_counts_as_the_ends()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal((2, 0, LatencyHistogram.Longest), (histogram.Count, histogram.Percentile(0.5), histogram.Percentile(1)));
        Assert.Equal(LatencyHistogram.Longest, histogram.Max);
    }

    [Fact]
    public void Two_add_up_and_an_empty_one_is_zero()
    {
        var sum = new LatencyHistogram();
        Assert.Equal((0, 0), (sum.Percentile(0.99), sum.Max));
        var other = new LatencyHistogram();
        sum.Record(10);
        other.Record(20);

        sum.Add(other);

        Assert.Equal((2, 10, 20), (sum.Count, sum.Percentile(0.5), sum.Max));
        sum.Clear();
        Assert.Equal((0, 0, 0), (sum.Count, sum.Percentile(0.5), sum.Max));
    }

    /// <summary>A longer one, so that the answer is the bucket's and not the maximum.</summary>
    private static long PercentileBelowALongerOne(long value)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(value);
        histogram.Record(LatencyHistogram.Longest);
        return histogram.Percentile(0.5);
    }
}
