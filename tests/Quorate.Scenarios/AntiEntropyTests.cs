using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Replicas come to hold the same without a client reading anything, and without hints.</summary>
public class AntiEntropyTests
{
    private static readonly RequestOptions WOne = new(default, ConsistencyLevel.Of(1), 0, Fanout.Default, false);

    [Fact]
    public void What_was_written_while_a_replica_was_away_and_is_never_read_comes_to_it_by_itself()
    {
        SimCluster cluster = Started(60);
        string[] keys = [.. Enumerable.Range(0, 300).Select(number => $"k{number}")];
        foreach (string key in keys[..200]) Assert.True(cluster.Put("a", key, "old").IsOk);
        cluster["c"].Kill();
        foreach (string key in keys[150..]) Assert.True(cluster.Put("b", key, "new").IsOk);
        foreach (string key in keys[100..120]) Assert.True(cluster.Delete("a", key).IsOk);
        cluster["c"].Start();
        cluster.RunUntilReady();

        RunUntilAgreed(cluster, keys);

        Assert.Equal(170, cluster["c"].Log.Concat(cluster["a"].Log).Concat(cluster["b"].Log).Sum(EntriesMoved));
        Assert.All(cluster.Nodes, node => Assert.Equal(0, node.Status().Coordinated.Repairs));
    }

    [Fact]
    public void Where_both_ends_lack_something_one_walk_mends_both()
    {
        SimCluster cluster = Started(61);
        cluster.Network.CutBothWays("a", "c");
        cluster.Network.CutBothWays("b", "c");
        cluster.RunFor(TimeSpan.FromSeconds(7));
        for (int i = 0; i < 50; i++)
        {
            Assert.True(cluster.Put("c", $"there {i}", "v", WOne).IsOk);
            Assert.True(cluster.Put("a", $"here {i}", "v").IsOk);
            Assert.True(cluster.Put("c", $"both {i}", "c", WOne).IsOk);
            Assert.True(cluster.Put("b", $"both {i}", "b").IsOk);
        }

        cluster.Network.Heal();
        cluster.RunUntilReady();

        RunUntilAgreed(cluster, [.. Enumerable.Range(0, 50).SelectMany(i => new[] { $"there {i}", $"here {i}", $"both {i}" })]);
    }

    [Fact]
    public void Values_of_any_size_and_keyspaces_of_any_N_are_mended()
    {
        SimCluster cluster = Started(62, nodes: 5);
        string[] keys = [.. Enumerable.Range(0, 40).Select(number => $"k{number}")];
        cluster["e"].Kill();
        for (int i = 0; i < keys.Length; i++) Assert.True(cluster.Put("a", keys[i], new string('x', i * 500)).IsOk);
        cluster["e"].Start();
        cluster.RunUntilReady();

        RunUntilAgreed(cluster, keys);
    }

    private static void RunUntilAgreed(SimCluster cluster, string[] keys)
    {
        for (int second = 0; second < 30; second++)
        {
            if (new ReplicasAgree().Check(new History([]) { Copies = [.. keys.SelectMany(cluster.CopiesOf)] }) is null) return;
            cluster.RunFor(TimeSpan.FromSeconds(1));
        }

        Assert.Fail($"The replicas do not agree after 30 s.\n{cluster.Logs()}");
    }

    /// <summary>As the log says it: "partition 17: 312 entries from 'b', 4 to 'b', 81 ms".</summary>
    private static int EntriesMoved(string line)
    {
        string[] words = line.Trim().Split(' ');
        int at = Array.IndexOf(words, "partition");
        return at < 0 ? 0 : int.Parse(words[at + 2]) + int.Parse(words[at + 6]);
    }

    /// <summary>Without hints: there is no room for them.</summary>
    private static SimCluster Started(int seed, int nodes = 3)
    {
        var cluster = new SimCluster(seed, new SimOptions { Nodes = nodes, Hints = new HintLimits(Bytes: 0) });
        cluster.Start();
        return cluster;
    }
}
