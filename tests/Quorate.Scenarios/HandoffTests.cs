using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>What a home replica misses while it is away waits for it as hints, and is handed over when it is back.</summary>
public class HandoffTests
{
    private static readonly RequestOptions One = new(ConsistencyLevel.Of(1), default, 0, Fanout.Required, false);
    private static readonly RequestOptions Sloppy = default(RequestOptions) with { Quorum = QuorumKind.Sloppy };
    private static readonly RequestOptions Any = default(RequestOptions) with { W = ConsistencyLevel.Any };

    [Fact]
    public void A_node_that_was_killed_shows_every_write_of_its_absence_by_itself_once_it_is_back()
    {
        SimCluster cluster = Started(40);
        cluster.Put("a", "old", "1");
        cluster["c"].Kill();
        List<SimCall> puts = Write(cluster, 300, "a", "b");
        cluster.Delete("b", "old");
        cluster["c"].Start();
        cluster.RunUntilHandedOver();

        AssertHolds(cluster, "c", puts);
        Assert.Null(cluster.Get("c", "old", One).Value);
        Assert.All(cluster.Nodes, node => Assert.Equal(0, node.Status().Coordinated.Repairs));
    }

    [Fact]
    public void A_frozen_node_misses_nothing_either()
    {
        SimCluster cluster = Started(41);
        cluster["c"].Freeze();
        List<SimCall> puts = Write(cluster, 100, "a", "b");
        Assert.All(puts, put => Assert.True(put.IsOk, $"{put}"));
        cluster.RunFor(TimeSpan.FromSeconds(5));
        cluster["c"].Thaw();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        AssertHolds(cluster, "c", puts);
    }

    [Fact]
    public void Hints_outlive_the_restart_of_whoever_keeps_them()
    {
        SimCluster cluster = Started(42);
        cluster["c"].Kill();
        List<SimCall> puts = Write(cluster, 200, "a", "b");
        // The last hints are synced with the next group: nobody waits for those that do not count.
        cluster.RunFor(TimeSpan.FromMilliseconds(50));
        foreach (string keeper in new[] { "a", "b" })
        {
            cluster[keeper].LosePower();
            cluster[keeper].Start();
        }

        cluster.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(200, cluster.Hints);
        cluster["c"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        AssertHolds(cluster, "c", puts);
    }

    [Fact]
    public void Later_writes_of_a_key_are_one_hint()
    {
        SimCluster cluster = Started(43);
        cluster["c"].Kill();
        for (int i = 0; i < 50; i++) cluster.Put("a", "k", $"{i}");

        Assert.Equal(1, cluster.Hints);
        cluster["c"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();
        Assert.Equal("49", cluster.Get("c", "k", One).Value);
    }

    /// <summary>A hint is read from disk more than once where the first delivery takes long: what it finds then may be forgotten.</summary>
    [Fact]
    public void Hints_whose_values_are_on_a_slow_disk_are_handed_over_too()
    {
        SimCluster cluster = Started(48, new SimOptions { ValueMemoryBytes = 1_000 });
        cluster["c"].Kill();
        List<SimCall> puts = [.. Enumerable.Range(0, 50).Select(i => cluster.Put("a", $"k{i}", $"v{i}".PadRight(500)))];
        cluster["a"].Disk.Slowness = 20_000;
        cluster["c"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        AssertHolds(cluster, "c", puts);
    }

    [Fact]
    public void A_hint_does_not_bring_back_what_was_overwritten_since()
    {
        SimCluster cluster = Started(44);
        cluster["c"].Kill();
        cluster.Put("a", "k", "hinted");
        cluster["a"].Kill();
        cluster["c"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(3));
        SimCall later = cluster.Put("c", "k", "later");
        Assert.True(later.IsOk, $"{later}");
        cluster["a"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        Assert.All(cluster.Nodes, node => Assert.Equal("later", cluster.Get(node.Name, "k").Value));
    }

    [Fact]
    public void A_sloppy_quorum_takes_writes_with_two_of_three_home_replicas_gone_and_they_end_on_all_three()
    {
        SimCluster cluster = Started(45, new SimOptions { Nodes = 5 });
        string[] homes = HomesOf(cluster, "k");
        string other = cluster.Nodes.First(node => !homes.Contains(node.Name)).Name;
        cluster[homes[0]].Kill();
        cluster[homes[1]].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(OutcomeKind.Unavailable, cluster.Put(other, "k", "strict").Outcome.Kind);

        SimCall put = cluster.Put(other, "k", "sloppy", Sloppy);
        Assert.True(put.IsOk, $"{put}");
        Assert.Equal("sloppy", cluster.Get(homes[2], "k", Sloppy).Value);
        cluster[homes[0]].Start();
        cluster[homes[1]].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        Assert.All(homes, home => Assert.Equal("sloppy", cluster.Get(home, "k", One).Value));
    }

    /// <summary>That a hint was handed over is not on disk, so a restart brings it back; what deleted it may be gone for good by then.</summary>
    [Fact]
    public void A_hint_that_was_let_go_of_before_a_restart_shows_nobody_what_was_deleted_since()
    {
        var age = TimeSpan.FromMinutes(1);
        SimCluster cluster = Started(50, new SimOptions { Nodes = 5, TombstoneAge = age });
        string[] homes = HomesOf(cluster, "k");
        string[] others = [.. cluster.Nodes.Select(node => node.Name).Except(homes)];
        foreach (string home in homes[..2]) cluster[home].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(cluster.Put(others[0], "k", "deleted later", Sloppy).IsOk);
        foreach (string home in homes[..2]) cluster[home].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();
        Assert.True(cluster.Delete(others[0], "k").IsOk);
        cluster.RunFor(4 * age);
        Assert.Equal(0, cluster.Nodes.Sum(node => node.Status().Tombstones.Held));

        foreach (string node in homes[..2].Concat(others)) cluster[node].Kill();
        foreach (string node in others) cluster[node].Start();
        cluster.RunUntil(() => others.All(node => cluster[node].Status().State == "ready"), "the others are ready");

        Assert.NotEqual(0, others.Sum(node => cluster[node].Status().Hints));
        Assert.Null(cluster.Get(homes[2], "k", Sloppy).Value);
    }

    [Fact]
    public void At_any_a_write_is_taken_with_all_home_replicas_gone()
    {
        SimCluster cluster = Started(46, new SimOptions { Nodes = 5 });
        string[] homes = HomesOf(cluster, "k");
        string other = cluster.Nodes.First(node => !homes.Contains(node.Name)).Name;
        foreach (string home in homes) cluster[home].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        SimCall put = cluster.Put(other, "k", "any", Any);
        Assert.True(put.IsOk, $"{put}");
        foreach (string home in homes) cluster[home].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        Assert.All(homes, home => Assert.Equal("any", cluster.Get(home, "k", One).Value));
    }

    [Fact]
    public void Uncounted_hints_beyond_their_bound_are_dropped_and_counted_ones_are_not()
    {
        SimCluster cluster = Started(47, new SimOptions { Nodes = 5, Hints = new HintLimits(Bytes: 100) });
        string[] homes = HomesOf(cluster, "k");
        string other = cluster.Nodes.First(node => !homes.Contains(node.Name)).Name;
        foreach (string home in homes) cluster[home].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        SimCall put = cluster.Put(other, "k", new string('x', 200), Any);

        Assert.True(put.IsOk, $"{put}");
        Assert.Equal(1, cluster.Hints);
    }

    [Fact]
    public void A_node_that_is_asked_to_stop_keeps_nobody_waiting_and_misses_nothing()
    {
        SimCluster cluster = Started(48);
        List<SimCall> before = [.. Enumerable.Range(0, 50).Select(i => SimCall.Put(cluster.Nodes[i % 3], $"before {i}", $"{i}", default))];
        cluster["c"].StopPolitely();
        List<SimCall> during = Write(cluster, 50, "a", "b");
        foreach (SimCall call in before) cluster.Wait(call);
        cluster.RunUntil(() => !cluster["c"].IsUp, "c has stopped");

        Assert.All([.. before, .. during], call => Assert.True(call.IsOk, $"{call}"));
        Assert.All(during, call => Assert.InRange(call.Ended - call.Began, 0, 200_000));
        Assert.Equal("left", cluster["a"].StateOf("c"));
        cluster["c"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();
        AssertHolds(cluster, "c", during);
    }

    [Fact]
    public void A_node_that_starts_is_ready_when_it_knows_of_each_member_that_it_is_there_or_gone()
    {
        SimCluster cluster = Started(49, new SimOptions { Nodes = 5 });
        cluster["d"].Kill();
        cluster["e"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(15));
        cluster["e"].Start();

        Assert.Equal("starting", cluster["e"].Status().State);
        cluster.RunUntil(() => cluster["e"].Status().State == "ready", "e is ready");
        Assert.Equal("dead", cluster["e"].StateOf("d"));
        Assert.True(cluster.Put("e", "k", "v").IsOk);
    }

    private static SimCluster Started(int seed, SimOptions? options = null)
    {
        var cluster = new SimCluster(seed, options);
        cluster.Start();
        return cluster;
    }

    private static List<SimCall> Write(SimCluster cluster, int count, params string[] through)
    {
        List<SimCall> puts = [];
        for (int i = 0; i < count; i++) puts.Add(cluster.Put(through[i % through.Length], $"k{i}", $"v{i}"));
        return puts;
    }

    private static void AssertHolds(SimCluster cluster, string node, List<SimCall> puts)
    {
        foreach (SimCall put in puts.Where(put => put.IsOk)) Assert.Equal(put.Value, cluster.Get(node, put.Key, One).Value);
    }

    private static string[] HomesOf(SimCluster cluster, string key)
    {
        Topology topology = cluster["a"].Topology!;
        return [.. topology.PreferenceListOf(Partition.Of(System.Text.Encoding.UTF8.GetBytes(key))).HomeReplicas(3).ToArray().Select(member => topology.Members[member].Name)];
    }
}
