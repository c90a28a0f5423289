using Quorate.Core.Membership;
using Xunit;

namespace Quorate.Tests.Membership;

public sealed class LocalHealthTests
{
    [Fact]
    public void A_node_that_doubts_itself_gives_others_more_time_within_bounds()
    {
        var health = new LocalHealth();
        Assert.Equal(200, health.Stretch(200));
        health.Worsen(3);
        Assert.Equal(800, health.Stretch(200));
        health.Improve();
        Assert.Equal(600, health.Stretch(200));
        health.Worsen(100);
        Assert.Equal(LocalHealth.Worst, health.Score);
        for (int i = 0; i < 100; i++) health.Improve();
        Assert.Equal(0, health.Score);
    }
}
