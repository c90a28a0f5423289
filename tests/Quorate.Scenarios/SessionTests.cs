using Quorate.Client;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>What sessions promise below a quorum, through each routing.</summary>
public class SessionTests
{
    private static readonly RequestOptions One = new() { R = ConsistencyLevel.Of(1), W = ConsistencyLevel.Of(1) };
    private static readonly RequestOptions SloppyOne = One with { Quorum = QuorumKind.Sloppy };

    public static TheoryData<Routing> Routings => [.. Enum.GetValues<Routing>()];

    [Theory]
    [MemberData(nameof(Routings))]
    public void What_only_a_hint_holds_is_not_taken_for_deleted(Routing routing)
    {
        SimCluster cluster = Started(1, routing);
        var session = new UserSession(number: 1, capacity: 1);
        SimNode[] homes = [.. cluster.CopiesOf("k").Select(copy => cluster[copy.Node])];
        foreach (SimNode home in homes) home.Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));
        SimCall put = cluster.Wait(session.Put(cluster.Clients[0], "k", "v", SloppyOne));
        Assert.True(put.IsOk, $"{put}");

        foreach (SimNode fallback in cluster.Nodes.Except(homes)) fallback.Freeze();
        foreach (SimNode home in homes) home.Start();
        cluster.RunUntil(() => cluster.Get("x1", "k", One with { R = ConsistencyLevel.All }).IsOk, "all home replicas answer");

        SimCall lost = cluster.Wait(session.Get(cluster.Clients[0], "k", One));
        Assert.False(lost.IsOk, $"{lost}");
        Assert.Contains("has seen version", lost.Failure, StringComparison.Ordinal);

        foreach (SimNode fallback in cluster.Nodes.Except(homes)) fallback.Thaw();
        cluster.RunUntilHandedOver();
        Assert.Equal("v", cluster.Wait(session.Get(cluster.Clients[0], "k", One)).Value);
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void What_was_deleted_so_long_ago_that_nothing_tells_of_it_is_not_there(Routing routing)
    {
        SimCluster cluster = Started(2, routing, TimeSpan.FromSeconds(5));
        var session = new UserSession(number: 1, capacity: 1);
        Assert.True(cluster.Wait(session.Delete(cluster.Clients[0], "k", One)).IsOk);
        cluster.RunUntil(() => cluster.Nodes.All(node => node.Status().Entries == 0), "the tombstone is gone");

        SimCall get = cluster.Wait(session.Get(cluster.Clients[0], "k", One));

        Assert.True(get is { IsOk: true, Value: null }, $"{get}");
    }

    private static SimCluster Started(int seed, Routing routing, TimeSpan? tombstoneAge = null)
    {
        SimOptions options = new() { Nodes = 5, Routings = [routing] };
        var cluster = new SimCluster(seed, tombstoneAge is { } age ? options with { TombstoneAge = age } : options);
        cluster.Start();
        return cluster;
    }
}
