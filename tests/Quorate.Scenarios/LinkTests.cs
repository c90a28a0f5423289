using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.World;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>What is wrong with the ways between nodes, one thing at a time.</summary>
public class LinkTests
{
    private static readonly RequestOptions AtAll = new(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);

    [Fact]
    public void Where_messages_are_lost_every_request_ends_in_time_and_none_fails_once_they_are_not()
    {
        SimCluster cluster = Started(3);
        var lossy = new Impairment { LostPercent = 50 };
        AddToAll(cluster, lossy);
        List<SimCall> calls = [.. Enumerable.Range(0, 300).Select(number => Begin(cluster, number))];
        cluster.RunFor(TimeSpan.FromSeconds(2.1));

        Assert.All(calls, call => Assert.True(call.IsEnded, $"{call}"));
        Assert.Contains(calls, call => call.Told == Told.Unknown);
        Assert.Contains(calls, call => call.IsOk);

        RemoveFromAll(cluster, lossy);
        foreach (SimNode node in cluster.Nodes)
        {
            Assert.True(cluster.Put(node.Name, "k0", $"through {node.Name}", AtAll).IsOk);
            Assert.Equal($"through {node.Name}", cluster.Get("a", "k0", AtAll).Value);
        }
    }

    [Fact]
    public void Where_every_message_comes_twice_all_is_done_once()
    {
        SimCluster cluster = Started(4);
        AddToAll(cluster, new Impairment { DoubledPercent = 100, OvertakenPercent = 50 });

        for (int i = 0; i < 50; i++)
        {
            SimCall put = cluster.Put("a", "k", $"{i}", AtAll);
            Assert.True(put.IsOk, $"{put}");
            SimCall get = cluster.Get("b", "k", AtAll);
            Assert.Equal((put.Value, put.Version), (get.Value, get.Version));
            Assert.True(cluster.PutIf("c", $"new{i}", "v", EditCondition.KeyMissing).Applied);
            Assert.False(cluster.PutIf("b", $"new{i}", "w", EditCondition.KeyMissing).Applied);
        }
    }

    [Fact]
    public void What_comes_twice_and_is_taken_once_is_not_called_refused()
    {
        var cluster = new SimCluster(10, new SimOptions { Limits = new Limits(MaxRequests: 1) });
        cluster.Start();
        AddToAll(cluster, new Impairment { DoubledPercent = 100 });
        for (int i = 0; i < 50; i++)
        {
            SimCall put = cluster.Put("a", "k", $"{i}", AtAll);
            Assert.True(put.IsOk, $"{put}");
            cluster.RunFor(TimeSpan.FromMilliseconds(100)); // there is room for one answer
            SimCall clear = cluster.Clear("a", AtAll);
            Assert.True(clear.IsOk, $"{clear}");
            cluster.RunFor(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void A_put_that_later_ones_overtake_does_not_win_when_it_comes()
    {
        SimCluster cluster = Started(5);
        AddToAll(cluster, new Impairment { OvertakenPercent = 50 });
        List<SimCall> puts = [.. Enumerable.Range(0, 200).Select(number => SimCall.Put(cluster.Nodes[number % 3], "k", $"{number}", default))];
        foreach (SimCall put in puts) cluster.Wait(put);
        SimCall last = cluster.Put("b", "k", "last");
        cluster.RunFor(TimeSpan.FromSeconds(2));

        Assert.True(last.IsOk, $"{last}");
        foreach (SimNode node in cluster.Nodes) Assert.Equal("last", cluster.Get(node.Name, "k").Value);
    }

    [Fact]
    public void A_way_that_is_slow_in_one_direction_is_gone_around()
    {
        SimCluster cluster = Started(6);
        cluster.Network["a", "b"].Add(new Impairment { Slowness = 3_000_000 });

        for (int i = 0; i < 20; i++)
        {
            Assert.True(cluster.Put("a", "k", $"{i}").IsOk);
            Assert.Equal($"{i}", cluster.Get("a", "k").Value);
            Assert.Equal($"{i}", cluster.Get("b", "k").Value);
        }
    }

    [Fact]
    public void Across_a_bridge_partition_the_node_that_sees_both_halves_serves_every_key()
    {
        var cluster = new SimCluster(7, new SimOptions { Nodes = 5 });
        cluster.Start();
        Trouble bridge = TroubleKind.BridgePartition.Begin(cluster, cluster["c"], cluster.Random)!;

        Assert.Equal(4, SeenBy(cluster, "c"));
        foreach (string other in new[] { "a", "b", "d", "e" }) Assert.Equal(2, SeenBy(cluster, other));
        for (int i = 0; i < 20; i++)
        {
            Assert.True(cluster.Put("c", $"k{i}", "v").IsOk);
            Assert.Equal("v", cluster.Get("c", $"k{i}").Value);
        }

        bridge.End();
        cluster.RunUntilReady();
        for (int i = 0; i < 20; i++) Assert.Equal("v", cluster.Get("a", $"k{i}").Value);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public void In_a_ring_partition_each_node_sees_two_others(int nodes)
    {
        var cluster = new SimCluster(8, new SimOptions { Nodes = nodes });
        Trouble ring = TroubleKind.RingPartition.Begin(cluster, cluster["a"], cluster.Random)!;

        foreach (SimNode node in cluster.Nodes) Assert.Equal(2, SeenBy(cluster, node.Name));
        ring.End();
        foreach (SimNode node in cluster.Nodes) Assert.Equal(nodes - 1, SeenBy(cluster, node.Name));
    }

    [Fact]
    public void Troubles_that_overlap_end_one_by_one()
    {
        SimCluster cluster = Started(9);
        Trouble one = TroubleKind.Isolation.Begin(cluster, cluster["a"], cluster.Random)!;
        Trouble other = TroubleKind.Isolation.Begin(cluster, cluster["a"], cluster.Random)!;

        one.End();
        Assert.Equal(0, SeenBy(cluster, "a"));
        other.End();
        Assert.Equal(2, SeenBy(cluster, "a"));
    }

    private static SimCluster Started(int seed)
    {
        var cluster = new SimCluster(seed);
        cluster.Start();
        return cluster;
    }

    private static SimCall Begin(SimCluster cluster, int number)
    {
        (SimNode node, string key) = (cluster.Nodes[number % 3], $"k{number % 7}");
        return number % 2 == 0 ? SimCall.Put(node, key, $"{number}", default) : SimCall.Get(node, key, default);
    }

    private static void AddToAll(SimCluster cluster, Impairment impairment) => ForAll(cluster, link => link.Add(impairment));

    private static void RemoveFromAll(SimCluster cluster, Impairment impairment) => ForAll(cluster, link => link.Remove(impairment));

    private static void ForAll(SimCluster cluster, Action<Link> action)
    {
        foreach (SimNode from in cluster.Nodes)
        {
            foreach (SimNode to in cluster.Nodes.Where(to => to != from)) action(cluster.Network[from.Name, to.Name]);
        }
    }

    private static int SeenBy(SimCluster cluster, string name) =>
        cluster.Nodes.Count(other => other.Name != name && !cluster.Network[name, other.Name].IsCut && !cluster.Network[other.Name, name].IsCut);
}
