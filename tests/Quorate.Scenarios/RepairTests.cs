using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Node;
using Quorate.Node.Handoff;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>What an operator can say to anti-entropy: stand still, go on, compare everything now, and not so fast.</summary>
public class RepairTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 200).Select(number => $"k{number}")];

    [Fact]
    public void Nodes_that_are_paused_do_not_converge_and_do_once_they_are_resumed()
    {
        SimCluster cluster = Started(80);
        Tell(cluster, RepairAct.Pause);
        MissWrites(cluster, "c", "v");

        cluster.RunFor(TimeSpan.FromMinutes(1));
        Assert.All(Keys, key => Assert.Equal("c", Lacking(cluster, key)));
        Assert.All(cluster.Nodes, node => Assert.NotNull(node.Status().Repair.PausedSince));

        Tell(cluster, RepairAct.Resume);
        RunUntilAgreed(cluster);
        Assert.All(cluster.Nodes, node => Assert.Null(node.Status().Repair.PausedSince));
    }

    [Fact]
    public void A_node_that_is_paused_takes_no_part_until_it_restarts_and_the_others_mend_each_other()
    {
        SimCluster cluster = Started(81);
        cluster["a"].Repair(new RepairOrder(RepairAct.Pause));
        MissWrites(cluster, "c", "v");
        RunUntilAgreed(cluster);

        MissWrites(cluster, "a", "w");
        cluster.RunFor(TimeSpan.FromSeconds(20));
        Assert.False(Agree(cluster));

        cluster["a"].Restart();
        cluster.RunUntilReady();
        RunUntilAgreed(cluster);
        Assert.Null(cluster["a"].Status().Repair.PausedSince);
    }

    [Fact]
    public void An_eager_pass_on_all_nodes_mends_everything_and_says_how_much()
    {
        SimCluster cluster = Started(82);
        MissWritesUnnoticed(cluster);

        Assert.All(cluster.Nodes, node => Assert.Null(node.Repair(new RepairOrder(RepairAct.Start, IsNow: true))));
        cluster.RunUntil(() => cluster.Nodes.All(node => node.Status().Repair.Pass!.State == "done"), "the passes are done");

        Assert.True(Agree(cluster));
        RepairPassStatus[] passes = [.. cluster.Nodes.Select(node => node.Status().Repair.Pass!)];
        Assert.Equal(3 * 1024, passes.Sum(pass => pass.Compared));
        Assert.All(passes, pass => Assert.Equal((pass.Partitions, 0), (pass.Compared, pass.NotCompared.Count)));
        Assert.InRange(passes.Sum(pass => pass.Fetched + pass.Given), Keys.Length, 2 * Keys.Length);
        Assert.InRange(passes.Sum(pass => pass.Differing), 1, 2 * Keys.Length);
    }

    [Fact]
    public void One_node_alone_is_mended_by_a_pass_with_all_others()
    {
        SimCluster cluster = Started(83);
        MissWritesUnnoticed(cluster);

        cluster["c"].Repair(new RepairOrder(RepairAct.Start, WithAll: true));
        cluster.RunUntil(() => cluster["c"].Status().Repair.Pass!.State == "done", "the pass is done");

        Assert.True(Agree(cluster));
        Assert.Equal(2 * 1024, cluster["c"].Status().Repair.Pass!.Compared);
    }

    [Fact]
    public void A_pass_names_whom_it_could_not_compare_with_and_takes_no_write_on_its_way_for_a_difference()
    {
        SimCluster cluster = Started(84);
        cluster["c"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(20));
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, "v").IsOk);

        cluster["a"].Repair(new RepairOrder(RepairAct.Start, WithAll: true));
        cluster.RunUntil(() => cluster["a"].Status().Repair.Pass!.State == "done", "the pass is done");

        RepairPassStatus pass = cluster["a"].Status().Repair.Pass!;
        Assert.Equal(new NotCompared("c", 1024, "not connected"), Assert.Single(pass.NotCompared));
        Assert.Equal((1024, 0), (pass.Compared, pass.Differing));
    }

    [Fact]
    public void What_cannot_be_done_is_refused_with_what_to_do_instead()
    {
        SimCluster cluster = Started(85);
        Assert.StartsWith("there is no keyspace 'carts': give one of default, 1, ", cluster["a"].Repair(new RepairOrder(RepairAct.Start, "carts")));
        cluster["a"].Repair(new RepairOrder(RepairAct.Start, WithAll: true));
        Assert.Contains("'quorate repair stop'", cluster["a"].Repair(new RepairOrder(RepairAct.Start)));

        cluster["b"].Repair(new RepairOrder(RepairAct.Pause));
        Assert.Contains("'quorate repair resume' first", cluster["b"].Repair(new RepairOrder(RepairAct.Start)));
    }

    [Fact]
    public void No_more_than_the_bound_is_moved_and_a_pass_that_is_stopped_moves_no_more()
    {
        const int Bound = 64 * 1024;
        SimCluster cluster = Started(86, Bound);
        cluster["c"].Kill();
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, new string('x', 10_000)).IsOk);
        cluster["c"].Start();
        cluster.RunUntilReady();

        long before = cluster.Scheduler.Now;
        cluster.RunFor(TimeSpan.FromSeconds(5));
        Assert.All(cluster.Nodes, node => Assert.InRange(node.Status().Repair.MovedBytes, 0, MostMoved(before)));
        Assert.False(Agree(cluster));

        foreach (SimNode node in cluster.Nodes)
        {
            node.Repair(new RepairOrder(RepairAct.Start, IsNow: true));
            node.Repair(new RepairOrder(RepairAct.Stop));
        }

        cluster.RunUntil(() => cluster.Nodes.All(node => node.Status().Repair.Pass!.State == "stopped"), "the passes stop");
        Assert.Contains(cluster.Nodes, node => node.Status().Repair.Pass!.NotCompared.Any(other => other.Why == "stopped before"));
        RunUntilAgreed(cluster);
        Assert.All(cluster.Nodes, node => Assert.InRange(node.Status().Repair.MovedBytes, 0, MostMoved(before)));

        // What is under way when the bound is reached is still moved: of two peers 8 partitions each, one key in most of them.
        long MostMoved(long since) => (cluster.Scheduler.Now - since) / 1_000_000 * Bound + Bound + 2 * 8 * 2 * 10_100;
    }

    /// <summary>All three stood still while c missed writes, so that nothing but the passes mends them.</summary>
    private static void MissWritesUnnoticed(SimCluster cluster)
    {
        Tell(cluster, RepairAct.Pause);
        MissWrites(cluster, "c", "v");
        cluster.RunFor(TimeSpan.FromSeconds(5));
        Tell(cluster, RepairAct.Resume);
    }

    private static void MissWrites(SimCluster cluster, string missing, string value)
    {
        string[] others = [.. cluster.Nodes.Select(node => node.Name).Where(name => name != missing)];
        foreach (string other in others) cluster.Network.CutBothWays(other, missing);
        cluster.RunFor(TimeSpan.FromSeconds(7));
        foreach (string key in Keys) Assert.True(cluster.Put(others[0], key, value).IsOk);
        cluster.Network.Heal();
        cluster.RunUntilReady();
    }

    private static void Tell(SimCluster cluster, RepairAct act)
    {
        foreach (SimNode node in cluster.Nodes) Assert.Null(node.Repair(new RepairOrder(act)));
    }

    private static void RunUntilAgreed(SimCluster cluster)
    {
        for (int second = 0; second < 60 && !Agree(cluster); second++) cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(Agree(cluster), cluster.Logs());
    }

    private static string Lacking(SimCluster cluster, string key) =>
        Assert.Single(cluster.CopiesOf(key), copy => copy.Head.Kind == EntryKind.Absent).Node;

    private static bool Agree(SimCluster cluster) =>
        new ReplicasAgree().Check(new History([]) { Copies = [.. Keys.SelectMany(cluster.CopiesOf)] }) is null;

    /// <summary>Without hints: there is no room for them.</summary>
    private static SimCluster Started(int seed, long bytesPerSecond = NodeOptions.UsualRepairBytesPerSecond)
    {
        var cluster = new SimCluster(seed, new SimOptions { Hints = new HintLimits(Bytes: 0), RepairBytesPerSecond = bytesPerSecond });
        cluster.Start();
        return cluster;
    }
}
