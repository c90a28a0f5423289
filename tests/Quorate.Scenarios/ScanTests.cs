using Quorate.Core;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

public class ScanTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 300).Select(number => $"key{number}")];

    [Fact]
    public void A_cursor_goes_on_at_other_nodes_and_a_key_comes_once()
    {
        SimCluster cluster = Filled(1);
        List<string> seen = ScanThrough(cluster, call => $"{(char)('a' + call % 3)}");

        Assert.Equal(Keys.Order(), seen.Order());
    }

    [Fact]
    public void A_cursor_outlives_the_node_that_made_it()
    {
        SimCluster cluster = Filled(2);
        List<string> seen = ScanThrough(cluster, call =>
        {
            if (call == 8) cluster["a"].LosePower();
            return call < 8 ? "a" : call % 2 == 0 ? "b" : "c";
        });

        Assert.Equal(Keys.Order(), seen.Order());
    }

    [Fact]
    public void What_a_stale_replica_still_holds_is_not_found()
    {
        SimCluster cluster = Filled(3);
        cluster["c"].Kill();
        foreach (string key in Keys[..100]) Assert.True(cluster.Delete("a", key).IsOk);
        foreach (string key in Keys[100..150]) Assert.True(cluster.Put("a", key, "again").IsOk);
        Assert.True(cluster.Put("b", "new", "x").IsOk);
        cluster["c"].Start();
        cluster.RunUntilReady();
        List<string> seen = ScanThrough(cluster, _ => "c");

        Assert.Equal(Keys[100..].Append("new").Order(), seen.Order());
    }

    [Fact]
    public void A_node_that_stands_still_and_is_suspected_keeps_no_scan_and_no_count_waiting()
    {
        SimCluster cluster = Filled(5);
        cluster["b"].Freeze();
        cluster.RunUntil(() => cluster["a"].StateOf("b") != "alive", "b is suspected");

        SimCall scan = cluster.Scan("a", ScanPoint.Start, 300);
        SimCall count = cluster.Count("a");

        Assert.All([scan, count], call => Assert.True(call.IsOk, $"{call}"));
        Assert.Equal(Keys.Length, count.Counted);
        Assert.InRange(count.Ended - count.Began, 0, 30_000);
        Assert.InRange(scan.Ended - scan.Began, 0, 500_000);
    }

    [Fact]
    public void However_small_values_may_be_a_page_of_keys_fits_a_frame()
    {
        var cluster = new SimCluster(6, new SimOptions { Limits = new Limits(MaxKeyBytes: 64, MaxValueBytes: 16) });
        cluster.Start();
        string[] keys = [.. Enumerable.Range(0, 1_500).Select(number => $"{{tag}}{number:d54}")];
        foreach (string key in keys) Assert.True(cluster.Put("a", key, "x").IsOk);

        SimCall scan = cluster.Scan("a", new ScanPoint(Partition.Of("{tag}"u8), 0), keys.Length);

        Assert.True(scan.IsOk, scan.Failure);
        Assert.Equal(keys.Length, scan.Keys.Count);
    }

    [Fact]
    public void With_two_of_three_dead_a_scan_is_unavailable()
    {
        SimCluster cluster = Filled(4);
        cluster["b"].Kill();
        cluster["c"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(OutcomeKind.Unavailable, cluster.Scan("a", ScanPoint.Start, 10).Outcome.Kind);
    }

    private static SimCluster Filled(int seed)
    {
        var cluster = new SimCluster(seed);
        cluster.Start();
        foreach (string key in Keys) Assert.True(cluster.Put("a", key, "x").IsOk);
        return cluster;
    }

    /// <param name="nodeOf">Whom to ask, by the number of the call.</param>
    private static List<string> ScanThrough(SimCluster cluster, Func<int, string> nodeOf)
    {
        var seen = new List<string>();
        ScanPoint at = ScanPoint.Start;
        for (int call = 0; call == 0 || at != ScanPoint.Start; call++)
        {
            Assert.InRange(call, 0, 1_000);
            SimCall scan = cluster.Scan(nodeOf(call), at, 10);
            Assert.True(scan.IsOk, scan.Failure);
            seen.AddRange(scan.Keys);
            at = scan.ScanNext;
        }

        return seen;
    }
}
