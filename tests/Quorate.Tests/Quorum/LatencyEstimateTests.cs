using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Quorum;

public class LatencyEstimateTests
{
    [Theory]
    [InlineData(300, 5_000)]
    [InlineData(3_000, 20_000)]
    [InlineData(20_000, 60_000)]
    public void About_one_sample_in_twenty_is_late(int usual, int spread)
    {
        var random = new Random(7);
        var estimate = new LatencyEstimate();
        for (int i = 0; i < 5_000; i++) estimate.Add(usual + random.Next(spread));

        int late = 0;
        for (int i = 0; i < 5_000; i++)
        {
            int sample = usual + random.Next(spread);
            if (sample > estimate.Late) late++;
            estimate.Add(sample);
        }

        Assert.InRange(late, 125, 500);
        Assert.InRange(estimate.Mean, usual + spread / 4, usual + spread * 3 / 4);
    }

    [Fact]
    public void Nobody_is_late_before_two_milliseconds_and_everybody_after_a_hundred()
    {
        var quick = new LatencyEstimate();
        var slow = new LatencyEstimate();
        for (int i = 0; i < 1_000; i++)
        {
            quick.Add(100);
            slow.Add(1_000_000);
        }

        Assert.Equal((LatencyEstimate.LeastLate, LatencyEstimate.MostLate), (quick.Late, slow.Late));
    }

    [Fact]
    public void Whoever_was_never_asked_is_asked_first_and_of_equals_the_lower_rank()
    {
        var order = new AskOrder();
        order.AddQuickestFirst(ReplicaSet.FirstOf(4), [500, 200, 0, 200]);
        Assert.Equal([2, 1, 3, 0], Enumerable.Range(0, order.Count).Select(place => order[place]));
    }
}
