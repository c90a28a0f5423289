using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>A clear deletes every key that was acknowledged before it began, as one write.</summary>
public class ClearTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 60).Select(number => $"key{number}")];

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void What_was_there_is_gone_through_every_node_and_what_comes_after_stays(int nodes)
    {
        SimCluster cluster = Filled(1, nodes);

        Assert.True(cluster.Clear("b").IsOk);

        foreach (SimNode node in cluster.Nodes)
        {
            MustBeEmpty(cluster, node.Name);
            Assert.Equal(0, cluster.Count(node.Name).Counted);
        }

        Assert.True(cluster.Put("a", "key1", "new").IsOk);
        foreach (SimNode node in cluster.Nodes)
        {
            Assert.Equal("new", cluster.Get(node.Name, "key1").Value);
            Assert.Equal(1, cluster.Count(node.Name).Counted);
            Assert.Equal(["key1"], Scan(cluster, node.Name));
        }
    }

    [Fact]
    public void The_old_values_of_a_replica_that_missed_it_are_not_read_counted_or_found()
    {
        SimCluster cluster = Filled(2);
        cluster["c"].Kill();
        Assert.True(cluster.Clear("a").IsOk);
        Assert.True(cluster.Put("b", "new", "x").IsOk);
        cluster["c"].Start();
        cluster.RunUntilReady();

        foreach (string node in new[] { "c", "a", "b" })
        {
            Assert.Equal(["new"], Scan(cluster, node));
            Assert.Equal(1, cluster.Count(node).Counted);
            MustBeEmpty(cluster, node);
        }
    }

    [Fact]
    public void A_replica_that_missed_it_is_told_when_it_connects()
    {
        SimCluster cluster = Filled(2);
        string key = Scan(cluster, "a")[0];
        cluster["c"].Kill();
        Assert.True(cluster.Clear("a").IsOk);
        cluster["c"].Start();
        cluster.RunUntilReady();

        Assert.Null(cluster.Get("c", key, default(RequestOptions) with { R = ConsistencyLevel.Of(1) }).Value);
    }

    [Fact]
    public void A_clear_from_the_larger_side_of_a_cut_holds_when_the_cut_has_healed()
    {
        SimCluster cluster = Filled(3);
        cluster.Network.CutBothWays("a", "c");
        cluster.Network.CutBothWays("b", "c");

        SimCall minority = SimCall.Clear(cluster["c"], default);
        Assert.True(cluster.Clear("a").IsOk);
        cluster.Wait(minority);
        Assert.Equal(OutcomeKind.Unavailable, minority.Outcome.Kind);
        Assert.Contains("1 of 3 replicas confirmed, 2 needed", minority.Failure, StringComparison.Ordinal);

        cluster.Network.Heal();
        cluster.RunUntilReady();
        foreach (SimNode node in cluster.Nodes) MustBeEmpty(cluster, node.Name);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(-300_000)]
    public void It_beats_what_a_clock_five_minutes_off_had_written_and_loses_to_what_comes_after(int milliseconds)
    {
        var cluster = new SimCluster(4);
        cluster["c"].Clock.Offset = TimeSpan.FromMilliseconds(milliseconds);
        cluster.Start();
        foreach (string key in Keys) cluster.Put("c", key, "old"); // taken until its clock is judged
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, "older").IsOk);

        SimCall clear = cluster.Clear("b");
        Assert.True(clear.IsOk, clear.Failure);
        foreach (SimNode node in cluster.Nodes) MustBeEmpty(cluster, node.Name);

        Assert.True(cluster.Put("a", "key1", "new").IsOk);
        foreach (SimNode node in cluster.Nodes) Assert.Equal("new", cluster.Get(node.Name, "key1").Value);
    }

    [Fact]
    public void An_acknowledged_clear_survives_the_power_loss_of_every_node()
    {
        SimCluster cluster = Filled(5);
        Assert.True(cluster.Clear("a").IsOk);
        foreach (SimNode node in cluster.Nodes) node.LosePower();
        foreach (SimNode node in cluster.Nodes) node.Start();
        cluster.RunUntilReady();

        foreach (SimNode node in cluster.Nodes)
        {
            MustBeEmpty(cluster, node.Name);
            Assert.Empty(Scan(cluster, node.Name));
        }
    }

    [Fact]
    public void With_two_of_three_dead_it_is_unavailable_at_once_and_nothing_is_cleared()
    {
        SimCluster cluster = Filled(6);
        cluster["b"].Kill();
        cluster["c"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        SimCall clear = cluster.Clear("a");
        Assert.Equal(OutcomeKind.Unavailable, clear.Outcome.Kind);
        Assert.True(clear.Ended - clear.Began < 1_000);

        cluster["b"].Start();
        cluster["c"].Start();
        cluster.RunUntilReady();
        foreach (string key in Keys) Assert.Equal("old", cluster.Get("a", key).Value);
    }

    private static SimCluster Filled(int seed, int nodes = 3)
    {
        var cluster = new SimCluster(seed, new SimOptions { Nodes = nodes });
        cluster.Start();
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, "old").IsOk);
        return cluster;
    }

    private static void MustBeEmpty(SimCluster cluster, string node)
    {
        foreach (string key in Keys)
        {
            SimCall get = cluster.Get(node, key);
            Assert.True(get.IsOk, get.Failure);
            Assert.Null(get.Value);
        }
    }

    private static List<string> Scan(SimCluster cluster, string node)
    {
        var seen = new List<string>();
        ScanPoint at = ScanPoint.Start;
        for (int calls = 0; calls == 0 || at != ScanPoint.Start; calls++)
        {
            Assert.InRange(calls, 0, 1_000);
            SimCall scan = cluster.Scan(node, at, 10);
            Assert.True(scan.IsOk, scan.Failure);
            seen.AddRange(scan.Keys);
            at = scan.ScanNext;
        }

        return seen;
    }
}
