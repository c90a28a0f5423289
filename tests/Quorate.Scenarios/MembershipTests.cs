using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Failure detection in whole nodes; <c>SwimTests</c> tries it alone, with many seeds.</summary>
public sealed class MembershipTests
{
    [Fact]
    public void A_killed_node_is_suspected_within_3_and_dead_within_10_seconds_and_alive_again_when_it_is_back()
    {
        var cluster = new SimCluster(seed: 1, new SimOptions { Nodes = 5 });
        cluster.Start();
        cluster["c"].Kill();

        Assert.True(cluster.Scheduler.RunUntil(() => Others().All(node => node.StateOf("c") != "alive"), TimeSpan.FromSeconds(3)));
        Assert.True(cluster.Scheduler.RunUntil(() => Others().All(node => node.StateOf("c") == "dead"), TimeSpan.FromSeconds(7)));
        cluster["c"].Start();
        cluster.RunUntilReady();
        Assert.All(Others(), node => Assert.Equal("alive", node.StateOf("c")));

        IEnumerable<SimNode> Others() => cluster.Nodes.Where(node => node.Name != "c");
    }

    [Fact]
    public void A_frozen_node_is_suspected_although_its_connections_stay_and_takes_it_back()
    {
        var cluster = new SimCluster(seed: 2);
        cluster.Start();
        cluster["b"].Freeze();

        cluster.RunUntil(() => cluster["a"].StateOf("b") == "dead" && cluster["c"].StateOf("b") == "dead", "the frozen node is dead for the others");
        cluster["b"].Thaw();
        cluster.RunUntil(() => cluster["a"].StateOf("b") == "alive" && cluster["c"].StateOf("b") == "alive", "the thawed node is alive again");
        Assert.Equal("alive", cluster["b"].StateOf("a"));
    }

    [Fact]
    public void Members_that_cannot_reach_each_other_directly_do_not_suspect_each_other()
    {
        var cluster = new SimCluster(seed: 3);
        cluster.Start();
        cluster.Network.CutBothWays("a", "b");
        cluster.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal(("alive", "alive"), (cluster["a"].StateOf("b"), cluster["b"].StateOf("a")));
    }
}
