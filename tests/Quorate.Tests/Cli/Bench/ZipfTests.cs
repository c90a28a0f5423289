using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class ZipfTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void The_first_two_keys_come_as_often_as_the_law_says(double theta)
    {
        const int keys = 1000;
        double zeta = Enumerable.Range(1, keys).Sum(i => Math.Pow(i, -theta));

        double[] share = Shares(keys, theta);

        Assert.Equal(1 / zeta, share[0], tolerance: 0.001);
        Assert.Equal(Math.Pow(2, -theta) / zeta, share[1], tolerance: 0.001);
    }

    [Fact]
    public void Half_of_the_requests_go_to_the_keys_that_the_law_says()
    {
        const int keys = 1000;
        double zeta = Enumerable.Range(1, keys).Sum(i => Math.Pow(i, -0.99));
        double expected = Enumerable.Range(1, 50).Sum(i => Math.Pow(i, -0.99)) / zeta;

        // Beyond the first two the method approximates.
        Assert.Equal(expected, Shares(keys, 0.99).Take(50).Sum(), tolerance: 0.02);
    }

    [Fact]
    public void Theta_zero_makes_all_alike()
    {
        Assert.All(Shares(10, 0), share => Assert.Equal(0.1, share, tolerance: 0.001));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 0.99)]
    [InlineData(2, 0)]
    [InlineData(2, 0.99)]
    [InlineData(3, 0.5)]
    [InlineData(1_000_000, 0.999)]
    public void Every_draw_is_a_key(int keys, double theta)
    {
        var zipf = new Zipf(keys, theta);

        foreach (double uniform in new[] { 0, 0.25, 0.5, 0.75, 0.999_999, Math.BitDecrement(1.0) })
            Assert.InRange(zipf.Pick(uniform), 0, keys - 1);
    }

    /// <summary>Of draws that cover the interval evenly.</summary>
    private static double[] Shares(int keys, double theta)
    {
        const int draws = 100_000;
        var zipf = new Zipf(keys, theta);
        var shares = new double[keys];
        for (int i = 0; i < draws; i++) shares[zipf.Pick((i + 0.5) / draws)] += 1.0 / draws;
        return shares;
    }
}
