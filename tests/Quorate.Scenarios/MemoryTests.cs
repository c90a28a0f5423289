using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.World;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Law 8: everything is bounded, and full means a clear refusal.</summary>
public class MemoryTests
{
    [Fact]
    public void A_disk_that_is_stuck_holds_back_a_bounded_number_of_answers_and_the_other_replicas_serve()
    {
        var cluster = new SimCluster(1, new SimOptions { Limits = new Limits(MaxRequests: 8) });
        cluster.Start();
        cluster.Put("a", "k", "older");
        cluster["a"].Disk.Slowness = 60_000_000;
        Assert.True(cluster.Put("b", "k", "v").IsOk);

        for (int i = 0; i < 40; i++) Assert.Equal("v", cluster.Get("a", "k").Value);

        Gauge waiting = GaugeOf(cluster["a"], "answers awaiting their commit");
        Assert.Equal(waiting.Limit, waiting.Value);
        Assert.True(cluster.Put("b", "k", "w").IsOk);
    }

    [Fact]
    public void Large_values_that_come_for_many_reads_at_once_are_held_up_to_the_limit()
    {
        const int Large = 4_000; // short enough that each replica sends it along
        var cluster = new SimCluster(2, new SimOptions { Nodes = 5, Limits = new Limits(MaxKeyBytes: 64, MaxValueBytes: Large, MaxHeldBytes: 2 * Large) });
        cluster.Start();
        Assert.True(cluster.Put("a", "k", new string('x', Large)).IsOk);
        string[] homes = [.. cluster.CopiesOf("k").Select(copy => copy.Node)];
        SimNode notHome = cluster.Nodes.First(node => !homes.Contains(node.Name));
        cluster.Network[homes[0], notHome.Name].Add(new Impairment { Slowness = 50_000 });

        var all = new RequestOptions(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);
        SimCall[] reads = [.. Enumerable.Range(0, 100).Select(_ => SimCall.Get(notHome, "k", all))];
        long most = 0;
        cluster.RunUntil(
            () =>
            {
                most = Math.Max(most, GaugeOf(notHome, "bytes held by requests").Value);
                return reads.All(read => read.IsEnded);
            },
            "all reads end");

        Assert.InRange(most, 2 * Large, GaugeOf(notHome, "bytes held by requests").Limit);
        Assert.Contains(reads, read => read.IsOk);
        Assert.Contains(reads, read => read.Outcome.Kind == OutcomeKind.Overloaded);
        Assert.All(reads, read => Assert.True(read.IsOk || read.Outcome.Kind == OutcomeKind.Overloaded, read.Failure));
        cluster.RunUntil(() => GaugeOf(notHome, "bytes held by requests").Value == 0, "nothing is held any more");
    }

    private static Gauge GaugeOf(SimNode node, string name) => node.Gauges().Single(gauge => gauge.Name == name);
}
