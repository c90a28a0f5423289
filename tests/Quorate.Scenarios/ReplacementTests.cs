using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>A node whose disk is gone is replaced by a new one under its name (`--replace`), which is filled by the others.</summary>
public class ReplacementTests
{
    private static readonly RequestOptions AtAll = new(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);
    private static readonly RequestOptions AtOne = new(ConsistencyLevel.Of(1), ConsistencyLevel.Of(1), 0, Fanout.Default, false);
    private static readonly string[] Keys = [.. Enumerable.Range(0, 200).Select(number => $"k{number}")];

    [Fact]
    public void A_node_with_an_empty_disk_takes_the_place_of_one_that_is_gone_and_is_filled()
    {
        SimCluster cluster = Started(90);
        Write(cluster);
        string before = cluster["c"].Status().Id;
        cluster["c"].LoseDisk();
        foreach (string key in Keys[..20]) Assert.True(cluster.Put("a", key, "newer").IsOk);
        cluster["c"].Start();
        RunUntilFilled(cluster, "c");

        Assert.NotEqual(before, cluster["c"].Status().Id);
        Assert.All(cluster.Nodes, node => Assert.Equal(2u, node.Status().Epoch));
        Assert.True(cluster["c"].Status().Mended!.Entries >= Keys.Length);
        foreach (string key in Keys)
        {
            Assert.Equal(Array.IndexOf(Keys, key) < 20 ? "newer" : "v", cluster.Get("c", key, AtOne).Value);
            Assert.True(cluster.Get("a", key, AtAll).IsOk);
        }
    }

    [Fact]
    public void After_it_is_filled_the_others_may_go_one_by_one()
    {
        SimCluster cluster = Started(91);
        Write(cluster);
        foreach (string name in new[] { "c", "a", "b", "c" })
        {
            cluster[name].LoseDisk();
            cluster[name].Start();
            RunUntilFilled(cluster, name);
        }

        cluster["b"].Kill();
        foreach (string key in Keys) Assert.Equal("v", cluster.Get("c", key).Value);
        Assert.Equal(5u, cluster["c"].Status().Epoch);
    }

    [Fact]
    public void Without_being_told_to_replace_it_is_refused_and_told_how()
    {
        SimCluster cluster = Started(92);
        cluster["c"].LoseDisk(replaces: false);
        cluster["c"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(20));

        Assert.Equal("forming", cluster["c"].Status().State);
        Assert.Contains(cluster["c"].Log, line => line.Contains("--replace", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_is_not_known_to_be_dead_is_not_replaced()
    {
        SimCluster cluster = Started(93);
        cluster["c"].LoseDisk();
        cluster["c"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal("forming", cluster["c"].Status().State);
        Assert.Contains(cluster["c"].Log, line => line.Contains("not known to be dead", StringComparison.Ordinal));

        RunUntilFilled(cluster, "c");
    }

    [Fact]
    public void It_does_not_vote_before_it_is_filled_also_after_a_restart()
    {
        SimCluster cluster = Started(94);
        Write(cluster);
        cluster["c"].LoseDisk();
        cluster.RunUntil(() => cluster["a"].StateOf("c") == "dead", "c is dead");
        cluster["c"].Start();
        cluster.RunUntil(() => cluster["c"].Topology is not null, "c has its place");
        cluster["b"].Kill(); // so that it cannot be filled
        cluster.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(("filling", 1024), (cluster["c"].Status().State, cluster["c"].Status().Unfit));
        cluster["c"].Kill();
        cluster["c"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(("filling", 1024), (cluster["c"].Status().State, cluster["c"].Status().Unfit));
        Assert.Contains("c unfit", cluster.Get("a", Keys[0]).Failure, StringComparison.Ordinal);

        cluster["b"].Start();
        RunUntilFilled(cluster, "c");
        Assert.Equal("v", cluster.Get("c", Keys[0], AtOne).Value);
        cluster["c"].Kill();
        cluster["c"].Start();
        Assert.Equal(0, cluster["c"].Status().Unfit);
    }

    [Fact]
    public void Hints_kept_for_the_old_node_go_to_the_new_one()
    {
        SimCluster cluster = Started(95, nodes: 4);
        cluster["c"].LoseDisk();
        cluster.RunUntil(() => cluster["a"].StateOf("c") == "dead" && cluster["b"].StateOf("c") == "dead" && cluster["d"].StateOf("c") == "dead", "c is dead");
        Write(cluster);
        Assert.True(cluster.Hints > 0);
        cluster["c"].Start();
        RunUntilFilled(cluster, "c");
        cluster.RunUntilHandedOver();
        foreach (string key in Keys) Assert.True(cluster.Get("a", key, AtAll).IsOk);
    }

    [Fact]
    public void A_member_that_was_away_learns_of_it_when_it_connects()
    {
        SimCluster cluster = Started(96, nodes: 4);
        Write(cluster);
        cluster["b"].Kill();
        cluster["c"].LoseDisk();
        cluster["c"].Start();
        cluster.RunUntil(() => cluster["c"].Topology is not null, "c has its place");
        cluster["b"].Start();
        RunUntilFilled(cluster, "c");

        Assert.Equal(2u, cluster["b"].Status().Epoch);
        foreach (string key in Keys) Assert.True(cluster.Get("b", key, AtAll).IsOk);
    }

    [Fact]
    public void Where_a_keyspace_has_one_copy_what_the_lost_node_held_is_given_up_and_the_rest_is_filled()
    {
        var single = new Keyspace("single", 1, ConsistencyLevel.Of(1), ConsistencyLevel.Of(1), Fanout.Required);
        var cluster = new SimCluster(97, new SimOptions { Keyspaces = new KeyspaceTable([single]) });
        cluster.Start();
        Write(cluster);
        cluster["c"].LoseDisk();
        cluster["c"].Start();
        RunUntilFilled(cluster, "c");
        foreach (string key in Keys) Assert.True(cluster.Get("a", key, AtAll).IsOk);
    }

    private static void Write(SimCluster cluster)
    {
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, "v").IsOk);
    }

    private static void RunUntilFilled(SimCluster cluster, string name)
    {
        cluster.RunUntil(() => cluster[name].IsWhole, $"{name} is filled");
        cluster.RunUntilReady();
    }

    private static SimCluster Started(int seed, int nodes = 3)
    {
        var cluster = new SimCluster(seed, new SimOptions { Nodes = nodes });
        cluster.Start();
        return cluster;
    }
}
