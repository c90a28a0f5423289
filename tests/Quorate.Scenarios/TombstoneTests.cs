using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Deleted stays deleted, expired stays expired, and in the end nothing of them is left (law 5).</summary>
public class TombstoneTests
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private static readonly RequestOptions WOne = new(default, ConsistencyLevel.Of(1), 0, Fanout.Default, false);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void What_was_deleted_is_gone_for_good_once_it_is_old_enough(int nodes)
    {
        SimCluster cluster = Started(70, nodes);
        for (int i = 0; i < 60; i++) Assert.True(cluster.Put("a", $"k{i}", "v").IsOk);
        for (int i = 0; i < 50; i++) Assert.True(cluster.Delete("a", $"k{i}").IsOk);
        cluster.RunFor(Age / 2);
        Assert.Equal(50 * Math.Min(nodes, 3), Tombstones(cluster));

        RunUntilReaped(cluster);

        Assert.Equal(10 * Math.Min(nodes, 3), cluster.Nodes.Sum(node => node.Status().Entries));
        Assert.True(cluster.Get("a", "k1").IsOk);
        Assert.Equal("v", cluster.Get("a", "k55").Value);
        Assert.All(cluster.Nodes, node => Assert.Equal("", node.Status().Tombstones.HeldBackBy));
    }

    [Fact]
    public void A_member_that_is_away_holds_it_back_by_name_and_what_it_missed_stays_deleted()
    {
        SimCluster cluster = Started(71);
        for (int i = 0; i < 30; i++) Assert.True(cluster.Put("a", $"k{i}", "v").IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        cluster["c"].Kill();
        for (int i = 0; i < 30; i++) Assert.True(cluster.Delete("a", $"k{i}").IsOk);

        cluster.RunFor(10 * Age);
        Assert.Equal(60, Tombstones(cluster));
        Assert.Contains("'c' does not answer", cluster["a"].Status().Tombstones.HeldBackBy);

        cluster["c"].Start();
        cluster.RunUntilReady();
        RunUntilReaped(cluster);
        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Entries));
        for (int i = 0; i < 30; i++) Assert.Null(cluster.Get("c", $"k{i}").Value);
    }

    [Fact]
    public void A_restart_brings_nothing_back_that_is_gone()
    {
        SimCluster cluster = Started(72);
        for (int i = 0; i < 30; i++) Assert.True(cluster.Put("a", $"k{i}", "v").IsOk);
        for (int i = 0; i < 30; i++) Assert.True(cluster.Delete("a", $"k{i}").IsOk);
        RunUntilReaped(cluster);

        foreach (SimNode node in cluster.Nodes) node.LosePower();
        cluster.Start();

        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Entries));
        for (int i = 0; i < 30; i++) Assert.Null(cluster.Get("b", $"k{i}").Value);
    }

    [Fact]
    public void A_key_can_be_written_again_after_its_tombstone_is_gone()
    {
        SimCluster cluster = Started(73);
        Assert.True(cluster.Put("a", "k", "old").IsOk);
        Assert.True(cluster.Delete("a", "k").IsOk);
        RunUntilReaped(cluster);

        Assert.True(cluster.Put("b", "k", "new").IsOk);
        cluster["a"].LosePower();
        cluster["a"].Start();
        cluster.RunUntilReady();
        Assert.Equal("new", cluster.Get("a", "k").Value);
    }

    [Fact]
    public void The_value_of_an_expired_key_goes_at_once_and_the_rest_when_it_is_old_enough()
    {
        SimCluster cluster = Started(74);
        Assert.True(cluster.Put("a", "k", new string('x', 5000)).IsOk);
        Assert.True(cluster.Expire("a", "k", TimeSpan.FromSeconds(1)).IsOk);
        Assert.True(cluster.Nodes.Sum(node => node.Status().Bytes) > 15_000);

        cluster.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(3, cluster.Nodes.Sum(node => node.Status().Bytes));
        Assert.Equal(3, Tombstones(cluster));
        Assert.Null(cluster.Get("b", "k").Value);

        RunUntilReaped(cluster);
        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Entries));
    }

    /// <summary>The later expiry missed a replica, which then let go of the value: it must get it back.</summary>
    [Fact]
    public void A_value_that_one_replica_let_go_of_too_early_comes_back_with_the_later_expiry()
    {
        SimCluster cluster = Started(75);
        Assert.True(cluster.Put("a", "k", "v").IsOk);
        Assert.True(cluster.Expire("a", "k", TimeSpan.FromSeconds(20)).IsOk);
        cluster.Network.CutBothWays("a", "c");
        cluster.Network.CutBothWays("b", "c");
        cluster.RunFor(TimeSpan.FromSeconds(8));
        Assert.True(cluster.Expire("a", "k", TimeSpan.FromHours(1)).IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal(1, cluster["c"].Status().Tombstones.Held);

        cluster.Network.Heal();
        cluster.RunUntilReady();
        cluster.RunFor(TimeSpan.FromSeconds(10));
        Assert.All(cluster.CopiesOf("k"), copy => Assert.True(copy.IsSameAs(cluster.CopiesOf("k")[0]) && copy.Payload.Length == 1));
        Assert.Equal("v", cluster.Get("c", "k").Value);
    }

    [Fact]
    public void A_tombstone_that_not_all_home_replicas_have_is_kept_until_they_do()
    {
        SimCluster cluster = Started(76, hints: new HintLimits(Bytes: 0));
        Assert.True(cluster.Put("a", "k", "v").IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        cluster.Network.CutBothWays("a", "b");
        cluster.Network.CutBothWays("a", "c");
        Assert.True(cluster.Delete("a", "k", WOne).IsOk);
        cluster.RunFor(3 * Age);
        Assert.Equal(1, Tombstones(cluster));

        cluster.Network.Heal();
        cluster.RunUntilReady();
        RunUntilReaped(cluster);
        Assert.Null(cluster.Get("c", "k").Value);
        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Entries));
    }

    /// <summary>The same with everybody there, and nobody mending: only the vouches tell that they differ.</summary>
    [Fact]
    public void A_tombstone_is_kept_while_replicas_that_all_answer_do_not_hold_the_same()
    {
        SimCluster cluster = Started(77, hints: new HintLimits(Bytes: 0));
        Assert.True(cluster.Put("a", "k", "v").IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        foreach (SimNode node in cluster.Nodes) Assert.Null(node.Repair(new RepairOrder(RepairAct.Pause)));
        cluster.Network.CutBothWays("a", "b");
        cluster.Network.CutBothWays("a", "c");
        Assert.True(cluster.Delete("a", "k", WOne).IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(10));
        cluster.Network.Heal();
        cluster.RunUntilReady();
        cluster.RunFor(5 * Age);
        Assert.Equal(1, Tombstones(cluster));
        Assert.Equal("some partitions are not the same everywhere", cluster["a"].Status().Tombstones.HeldBackBy);

        foreach (SimNode node in cluster.Nodes) Assert.Null(node.Repair(new RepairOrder(RepairAct.Resume)));
        RunUntilReaped(cluster);
        Assert.Null(cluster.Get("c", "k").Value);
        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Entries));
    }

    private static long Tombstones(SimCluster cluster) => cluster.Nodes.Where(node => node.IsUp).Sum(node => node.Status().Tombstones.Held);

    private static void RunUntilReaped(SimCluster cluster)
    {
        for (int i = 0; i < 10 && Tombstones(cluster) > 0; i++) cluster.RunFor(Age / 2);
        Assert.True(Tombstones(cluster) == 0, $"{string.Join("; ", cluster.Nodes.Select(node => node.Status().Tombstones))}\n{cluster.Logs()}");
    }

    private static SimCluster Started(int seed, int nodes = 3, HintLimits? hints = null)
    {
        var cluster = new SimCluster(seed, new SimOptions { Nodes = nodes, TombstoneAge = Age, Hints = hints ?? new HintLimits() });
        cluster.Start();
        return cluster;
    }
}
