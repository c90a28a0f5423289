using System.Text;
using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Quorate.Simulation.World;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>What a replica's disk lost comes back from the others, and until then it does not vote (law 11).</summary>
public class MendingTests
{
    private const string Value = "the value that will be damaged on b, long enough to be evicted from memory";
    private static readonly RequestOptions AtAll = new(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);
    private static readonly RequestOptions AtOne = new(ConsistencyLevel.Of(1), ConsistencyLevel.Of(1), 0, Fanout.Default, false);

    [Fact]
    public void A_damaged_partition_is_mended_from_the_others_and_votes_again()
    {
        SimCluster cluster = Started(70);
        Write(cluster, "a");
        DamageAndRestart(cluster, "b");
        RunUntilWhole(cluster);

        Assert.Equal((1, 1), (cluster["b"].Status().Mended!.Partitions, cluster["b"].Status().Mended!.Entries));
        Assert.Contains(cluster["b"].Log, line => line.Contains("mended from 'a', 'c': 1 entries", StringComparison.Ordinal));
        Assert.Equal(Value, cluster.Get("a", "k", AtAll).Value);
        Assert.Equal(Value, cluster.Get("b", "k", AtOne).Value);
    }

    [Fact]
    public void Until_it_has_walked_as_many_as_may_hold_the_only_other_copy_it_does_not_vote()
    {
        SimCluster cluster = Started(71);
        Write(cluster, "a");
        cluster.Network.CutBothWays("b", "c");
        DamageAndRestart(cluster, "b", waitsFor: 1);
        cluster.RunFor(TimeSpan.FromSeconds(20));

        Assert.Equal(1, cluster["b"].Status().Unfit);
        Assert.Contains("b unfit", cluster.Get("a", "k", AtAll).Failure, StringComparison.Ordinal);

        cluster.Network.Heal();
        RunUntilWhole(cluster);
        Assert.Equal(Value, cluster.Get("a", "k", AtAll).Value);
    }

    [Fact]
    public void An_acknowledged_write_that_only_one_other_has_comes_back_from_that_one()
    {
        SimCluster cluster = Started(72);
        cluster["a"].Kill(); // its copy is an old one
        Write(cluster, "c");
        cluster["b"].LosePower();
        Assert.True(cluster["b"].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
        cluster["a"].Start();
        cluster["b"].Start();
        cluster.RunUntilReady();
        RunUntilWhole(cluster);

        cluster["c"].Kill();
        Assert.Equal(Value, cluster.Get("a", "k").Value);
    }

    [Fact]
    public void Damage_that_happens_while_a_node_runs_is_found_by_its_scrub_and_mended()
    {
        SimCluster cluster = Started(73);
        Write(cluster, "a");
        for (int i = 0; i < 100; i++) cluster.Put("a", $"further {i}", new string('x', 2000), AtAll); // so that the segment is closed
        Assert.True(cluster["b"].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
        cluster.RunUntil(() => cluster["b"].Log.Any(line => line.Contains("was found damaged when it was read again", StringComparison.Ordinal)), "the scrub has found it");
        RunUntilWhole(cluster);

        Assert.Equal(1, cluster["b"].Status().Mended!.Partitions);
        Assert.Equal(Value, cluster.Get("a", "k", AtAll).Value);
        Assert.True(cluster["b"].Status().Space.ScrubbedBytes > 0);
    }

    [Fact]
    public void A_damaged_value_that_is_read_is_fetched_and_never_served()
    {
        SimCluster cluster = Started(74, valueMemoryBytes: 0);
        Write(cluster, "a");
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(cluster["b"].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
        Assert.Equal(Value, cluster.Get("b", "k").Value);
        RunUntilWhole(cluster);

        Assert.Equal((1, 1), (cluster["b"].Status().Mended!.Partitions, cluster["b"].Status().Mended!.Entries));
        Assert.Equal(Value, cluster.Get("b", "k", AtOne).Value);
    }

    [Fact]
    public void Once_mended_and_compacted_a_restart_finds_nothing_damaged()
    {
        SimCluster cluster = Started(75);
        Write(cluster, "a");
        DamageAndRestart(cluster, "b");
        RunUntilWhole(cluster);
        for (int i = 0; i < 5; i++) cluster.Put("a", $"after {i}", "v", AtAll);
        cluster.RunUntil(() => !cluster["b"].Disk.Holds("0000000001.log"), "the damaged segment has gone");
        cluster["b"].Kill();
        cluster["b"].Start();

        Assert.Equal(0, cluster["b"].Status().Unfit);
        cluster.RunUntilReady();
        Assert.Equal(Value, cluster.Get("a", "k", AtAll).Value);
    }

    [Fact]
    public void What_is_written_while_a_partition_is_mended_comes_to_it_too()
    {
        SimCluster cluster = Started(76);
        Write(cluster, "a");
        cluster.Network.CutBothWays("b", "c");
        DamageAndRestart(cluster, "b", waitsFor: 1);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(cluster.Put("a", "k", $"v{i}").IsOk);
            if (i == 25) cluster.Network.Heal();
            cluster.RunFor(TimeSpan.FromMilliseconds(200));
        }

        RunUntilWhole(cluster);
        cluster.RunUntil(() => new ReplicasAgree().Check(new History([]) { Copies = cluster.CopiesOf("k") }) is null, "all hold the same");
        Assert.Equal("v49", cluster.Get("b", "k", AtOne).Value);
    }

    [Fact]
    public void A_clear_that_went_with_the_damage_is_learned_again_before_the_node_votes()
    {
        SimCluster cluster = Started(77);
        Write(cluster, "a");
        Assert.True(cluster.Clear("a", AtAll).IsOk);
        for (int i = 0; i < 3; i++) cluster.Put("a", $"after {i}", "v", AtAll);
        cluster["b"].LosePower();
        FlipBitOfClear(cluster["b"].Disk);
        cluster["b"].Start();
        Assert.Equal(1024, cluster["b"].Status().Unfit);
        cluster.RunUntilReady();
        RunUntilWhole(cluster);

        Assert.True(cluster.Get("b", "k", AtOne) is { IsOk: true, Value: null });
        Assert.Equal("v", cluster.Get("b", "after 0", AtOne).Value);
    }

    [Fact]
    public void What_no_other_node_holds_stays_unfit_and_the_log_says_so()
    {
        var cluster = new SimCluster(78, new SimOptions { Nodes = 1 });
        cluster.Start();
        cluster.Put("a", "k", Value);
        cluster.Put("a", "other", "v");
        cluster["a"].LosePower();
        Assert.True(cluster["a"].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
        cluster["a"].Start();
        cluster.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(1, cluster["a"].Status().Unfit);
        Assert.Contains(cluster["a"].Log, line => line.Contains("1 partitions stay unfit", StringComparison.Ordinal));
        Assert.Contains("unfit", cluster.Get("a", "k").Failure, StringComparison.Ordinal);

        Assert.Null(cluster["a"].Repair(new RepairOrder(RepairAct.AcceptLoss)));
        RunUntilWhole(cluster);
        Assert.True(cluster.Get("a", "k") is { IsOk: true, Value: null });
        Assert.Equal("v", cluster.Get("a", "other").Value);
    }

    /// <summary>Each of the two waits for the other, and no quorum is left: somebody must decide.</summary>
    [Fact]
    public void Where_too_many_have_lost_data_they_stay_unfit_until_somebody_accepts_the_loss()
    {
        SimCluster cluster = Started(79);
        Write(cluster, "a");
        foreach (string name in new[] { "b", "c" })
        {
            cluster[name].LosePower();
            Assert.True(cluster[name].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
            cluster[name].Start();
        }

        cluster.RunUntilReady();
        cluster.RunFor(TimeSpan.FromSeconds(20));
        Assert.Equal((1, 1), (cluster["b"].Status().Unfit, cluster["c"].Status().Unfit));
        Assert.Contains("unfit", cluster.Get("a", "k").Failure, StringComparison.Ordinal);
        Assert.StartsWith("no partition is unfit", cluster["a"].Repair(new RepairOrder(RepairAct.AcceptLoss)), StringComparison.Ordinal);

        Assert.Null(cluster["b"].Repair(new RepairOrder(RepairAct.AcceptLoss)));
        RunUntilWhole(cluster);
        Assert.Equal(Value, cluster.Get("c", "k", AtAll).Value);
    }

    /// <summary>The key, and something behind it that calls it durable.</summary>
    private static void Write(SimCluster cluster, string through)
    {
        Assert.True(cluster.Put(through, "k", Value).IsOk);
        for (int i = 0; i < 5; i++) Assert.True(cluster.Put(through, $"other{i}", "v").IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(1));
    }

    private static void DamageAndRestart(SimCluster cluster, string name, int waitsFor = 0)
    {
        cluster[name].LosePower();
        Assert.True(cluster[name].Disk.FlipBitIn(Encoding.UTF8.GetBytes(Value)));
        cluster[name].Start();
        Assert.Equal(1, cluster[name].Status().Unfit);
        if (waitsFor == 0) cluster.RunUntilReady();
        else cluster.RunUntil(() => cluster[name].Status().Peers.Count(peer => peer.Connected) == waitsFor, "it is connected to whom it can be");
    }

    /// <summary>A clear's record is a header and nothing else; its kind is 128.</summary>
    private static void FlipBitOfClear(SimDisk disk) => Assert.True(disk.FlipBitIn([48, 0, 1, 128]));

    private static void RunUntilWhole(SimCluster cluster) =>
        cluster.RunUntil(() => cluster.Nodes.All(node => node.IsWhole), "everything is mended");

    /// <summary>Without hints: what comes back comes by mending.</summary>
    private static SimCluster Started(int seed, long valueMemoryBytes = 1 << 30)
    {
        var cluster = new SimCluster(seed, new SimOptions { Hints = new HintLimits(Bytes: 0), ValueMemoryBytes = valueMemoryBytes });
        cluster.Start();
        return cluster;
    }
}
