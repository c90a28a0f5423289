using System.Text;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Law 3: an acknowledged write is on W logs, and is not lost while fewer than W of them are.</summary>
public class DurabilityTests
{
    [Fact]
    public void Acknowledged_writes_survive_that_all_nodes_lose_power_at_once()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            SimCluster cluster = Started(seed);
            List<SimCall> puts = WriteManyAtOnce(cluster, further: seed * 200);
            foreach (SimNode node in cluster.Nodes) node.LosePower();
            Restart(cluster);
            AssertFound(cluster, puts);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Acknowledged_writes_are_read_while_a_node_without_power_is_gone_and_when_it_is_back(string gone)
    {
        SimCluster cluster = Started(30);
        List<SimCall> puts = WriteManyAtOnce(cluster, further: 20_000);
        cluster[gone].LosePower();

        string reader = gone == "a" ? "b" : "a";
        foreach (SimCall put in puts.Where(put => put.IsOk)) Assert.Equal(put.Value, cluster.Get(reader, put.Key).Value);

        Restart(cluster);
        AssertFound(cluster, puts);
    }

    [Fact]
    public void In_periodic_mode_acknowledged_writes_survive_that_all_nodes_are_killed_at_once()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            SimCluster cluster = Started(seed, Durability.Periodic);
            List<SimCall> puts = WriteManyAtOnce(cluster, further: seed * 300);
            foreach (SimNode node in cluster.Nodes) node.Kill();
            Restart(cluster);
            AssertFound(cluster, puts);
        }
    }

    [Fact]
    public void In_memory_mode_a_restarted_node_is_a_new_node_and_is_refused_under_its_old_name()
    {
        SimCluster cluster = Started(31, Durability.Memory);
        cluster.Put("a", "k", "v");
        cluster["c"].Kill();
        cluster["c"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(3));

        Assert.Contains(cluster["a"].Status().Peers, peer => peer.Problem?.Contains("an empty disk is a new node", StringComparison.Ordinal) == true);
        Assert.Equal("v", cluster.Get("b", "k").Value);
    }

    [Fact]
    public void A_full_disk_on_one_node_fails_no_write_and_on_two_is_refused_as_overloaded_until_there_is_room()
    {
        SimCluster cluster = Started(32);
        cluster["a"].Disk.Capacity = 0;
        int written = WriteUntilRefused(cluster, bytes: 1_000_000);
        Assert.Equal(1_000, written);

        cluster["b"].Disk.Capacity = 0;
        written = WriteUntilRefused(cluster, bytes: 1_000_000);
        Assert.InRange(written, 1, 999);
        SimCall refused = cluster.Put("c", "k", new string('x', 1_000));
        Assert.True(refused.Outcome.Kind is OutcomeKind.Overloaded or OutcomeKind.TimedOut, $"{refused}");
        Assert.Contains("a overloaded", refused.Failure, StringComparison.Ordinal);
        Assert.Contains("b overloaded", refused.Failure, StringComparison.Ordinal);

        foreach (SimNode node in cluster.Nodes) node.Disk.Capacity = long.MaxValue;
        SimCall put = refused;
        for (int tries = 0; tries < 20 && !put.IsOk; tries++)
        {
            cluster.RunFor(TimeSpan.FromMilliseconds(100));
            put = cluster.Put("c", "k", "there is room");
        }

        Assert.True(put.IsOk, $"{put}");
        Assert.Equal("there is room", cluster.Get("a", "k").Value);
    }

    [Fact]
    public void With_all_disks_full_nothing_is_stored_and_the_client_is_told_so_for_certain()
    {
        SimCluster cluster = Started(33);
        foreach (SimNode node in cluster.Nodes) node.Disk.Capacity = 0;
        WriteUntilRefused(cluster, bytes: 1_000_000);

        SimCall put = cluster.Put("a", "k", new string('x', 2_000));

        Assert.Equal(OutcomeKind.Overloaded, put.Outcome.Kind);
        Assert.NotEqual(put.Value, cluster.Get("b", "k").Value);
    }

    [Fact]
    public void A_node_whose_disk_cannot_sync_stops_with_the_reason_and_the_others_go_on()
    {
        SimCluster cluster = Started(34);
        cluster.Put("a", "k", "v");
        cluster["b"].Disk.FailSync = true;

        for (int i = 0; i < 10; i++) Assert.True(cluster.Put("a", "k", $"v{i}").IsOk);

        Assert.False(cluster["b"].IsUp);
        Assert.Contains("Input/output error", cluster["b"].FatalReason, StringComparison.Ordinal);
        Assert.Contains("stops", cluster["b"].FatalReason, StringComparison.Ordinal);
        Assert.Equal("v9", cluster.Get("c", "k").Value);

        cluster["b"].Disk.FailSync = false;
        cluster["b"].Disk.LosePower();
        Restart(cluster);
        Assert.Equal("v9", cluster.Get("b", "k").Value);
    }

    [Fact]
    public void A_flipped_bit_is_never_served_and_the_others_answer_for_the_unfit_replica()
    {
        for (int seed = 40; seed < 80; seed++)
        {
            SimCluster cluster = Started(seed);
            const string value = "the value that will be damaged on b";
            cluster.Put("a", "k", value, AtAll);
            for (int i = 0; i < 5; i++) cluster.Put("a", $"other{i}", "v", AtAll);
            cluster["b"].LosePower();
            Assert.True(cluster["b"].Disk.FlipBitIn(Encoding.UTF8.GetBytes(value)));
            cluster.Network.CutBothWays("b", "c"); // so that it cannot be mended yet
            cluster["b"].Start();
            cluster.RunFor(TimeSpan.FromSeconds(10)); // until a has noticed that its connection is of before
            cluster.RunUntil(() => cluster["a"].IsReady && cluster["b"].Status().Peers.Any(peer => peer.Connected), "a and b are connected");

            Assert.True(cluster["b"].Status().Unfit > 0);
            Assert.Equal(value, cluster.Get("a", "k").Value);
            Assert.Equal(value, cluster.Get("c", "k").Value);
            foreach (string node in new[] { "a", "b", "c" })
            {
                SimCall one = cluster.Get(node, "k", new RequestOptions(ConsistencyLevel.Of(1), default, 0, default, false));
                Assert.Equal(value, one.Value);
            }

            Assert.True(cluster.Put("a", "k", "new").IsOk);
            SimCall all = cluster.Get("a", "k", AtAll);
            Assert.True(all.Failure.Contains("b unfit", StringComparison.Ordinal), $"{all}");
        }
    }

    private static RequestOptions AtAll => new(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);

    private static SimCluster Started(int seed, Durability durability = Durability.Fsync)
    {
        var cluster = new SimCluster(seed, new SimOptions { Durability = durability });
        cluster.Start();
        return cluster;
    }

    /// <summary>Begins many writes through all nodes and lets time pass without waiting for all of them.</summary>
    private static List<SimCall> WriteManyAtOnce(SimCluster cluster, long further)
    {
        // The first write of an idle node waits for its clock's mark.
        foreach (SimNode node in cluster.Nodes) cluster.Put(node.Name, "first", node.Name);

        var puts = new List<SimCall>();
        for (int i = 0; i < 100; i++)
        {
            puts.Add(SimCall.Put(cluster.Nodes[i % 3], $"k{i}", $"v{i}", default));
            cluster.RunFor(TimeSpan.FromMicroseconds(200));
        }

        cluster.RunFor(TimeSpan.FromMicroseconds(further));
        return puts;
    }

    private static void Restart(SimCluster cluster)
    {
        foreach (SimNode node in cluster.Nodes.Where(node => !node.IsUp)) node.Start();
        cluster.RunUntilReady();
    }

    private static void AssertFound(SimCluster cluster, List<SimCall> puts)
    {
        Assert.Contains(puts, put => put.IsOk);
        foreach (SimCall put in puts.Where(put => put.Told == Told.Ok))
        {
            SimCall get = cluster.Get(cluster.Nodes[put.Key.Length % 3].Name, put.Key);
            Assert.Equal((put.Value, put.Version), (get.Value, get.Version));
        }
    }

    /// <summary>How many writes of 1000 bytes through c were taken.</summary>
    private static int WriteUntilRefused(SimCluster cluster, int bytes)
    {
        for (int i = 0; i < bytes / 1_000; i++)
        {
            if (!cluster.Put("c", $"k{i}", new string((char)('a' + i % 26), 1_000)).IsOk) return i;
        }

        return bytes / 1_000;
    }
}
