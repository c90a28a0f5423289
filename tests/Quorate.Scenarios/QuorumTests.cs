using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

public class QuorumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_written_through_one_node_is_read_through_any_other(int seed)
    {
        var cluster = new SimCluster(seed);
        cluster.Start();

        Assert.True(cluster.Put("a", "k", "v").IsOk);

        Assert.Equal("v", cluster.Get("b", "k").Value);
        Assert.Equal("v", cluster.Get("c", "k").Value);
    }

    [Fact]
    public void With_one_of_three_dead_reads_and_writes_go_on()
    {
        var cluster = new SimCluster(3);
        cluster.Start();
        cluster.Put("a", "k", "old");
        cluster["c"].LosePower();

        Assert.True(cluster.Put("a", "k", "new").IsOk);
        Assert.Equal("new", cluster.Get("b", "k").Value);
    }

    [Fact]
    public void With_two_of_three_known_dead_a_write_is_unavailable_at_once()
    {
        var cluster = new SimCluster(4);
        cluster.Start();
        cluster["b"].Kill();
        cluster["c"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        SimCall put = cluster.Put("a", "k", "v");

        Assert.Equal(OutcomeKind.Unavailable, put.Outcome.Kind);
        Assert.True(put.Ended - put.Began < 1_000);
    }

    [Fact]
    public void A_write_during_a_cut_is_taken_by_the_larger_side_alone_and_read_on_both_once_it_has_healed()
    {
        var cluster = new SimCluster(5);
        cluster.Start();
        cluster.Put("a", "k", "before");
        cluster.Network.CutBothWays("a", "c");
        cluster.Network.CutBothWays("b", "c");

        SimCall smaller = cluster.Put("c", "k", "of the smaller side");
        Assert.Equal(OutcomeKind.TimedOut, smaller.Outcome.Kind); // c itself has stored it
        SimCall larger = cluster.Put("a", "k", "of the larger side");
        Assert.True(larger.IsOk, $"{larger}");
        cluster.Network.Heal();
        cluster.RunUntilReady();

        Assert.All(cluster.Nodes, node => Assert.Equal("of the larger side", cluster.Get(node.Name, "k").Value));
    }
}
