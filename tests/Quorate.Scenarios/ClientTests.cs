using Quorate.Client;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Clients of all routings: what holds for one holds for each.</summary>
public class ClientTests
{
    public static TheoryData<Routing> Routings => [.. Enum.GetValues<Routing>()];

    [Theory]
    [MemberData(nameof(Routings))]
    public void What_a_client_writes_every_node_reads_and_the_other_way_round(Routing routing)
    {
        SimCluster cluster = Started(1, routing);

        Assert.True(cluster.Put("x1", "k", "of the client").IsOk);
        Assert.All(cluster.Nodes, node => Assert.Equal("of the client", cluster.Get(node.Name, "k").Value));
        Assert.True(cluster.Put("b", "k", "of a node").IsOk);
        Assert.Equal("of a node", cluster.Get("x1", "k").Value);
        Assert.True(cluster.PutIf("x1", "k", "edited", EditCondition.KeyPresent).Applied);
        Assert.False(cluster.PutIf("x1", "k", "again", EditCondition.KeyMissing).Applied);
        Assert.Equal("edited", cluster.Get("x1", "k").Value);
        Assert.True(cluster.Expire("x1", "k", TimeSpan.FromSeconds(1)).Applied);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.Null(cluster.Get("x1", "k").Value);
        Assert.True(cluster.Delete("x1", "k").IsOk);
    }

    [Fact]
    public void Nodes_coordinate_nothing_of_a_client_that_does_so_itself()
    {
        SimCluster cluster = Started(1, Routing.Direct);

        Assert.True(cluster.Put("x1", "k", "v").IsOk);
        Assert.Equal("v", cluster.Get("x1", "k").Value);

        Assert.All(cluster.Nodes, node => Assert.Equal(new CoordinatedCounts(0, 0, 0, 0, 0), node.Status().Coordinated));
    }

    [Fact]
    public void A_home_replica_coordinates_what_is_routed_by_key_and_one_node_all_that_goes_via_it()
    {
        SimCluster cluster = Started(1, 5, Routing.TokenAware, Routing.ViaNode);

        for (int i = 0; i < 20; i++)
        {
            long[] before = Coordinated();
            Assert.True(cluster.Put("x1", $"k{i}", "v").IsOk);
            long[] after = Coordinated();
            int by = Enumerable.Range(0, 5).Single(node => after[node] > before[node]);
            Assert.Contains(cluster.CopiesOf($"k{i}"), copy => copy.Node == cluster.Nodes[by].Name);
        }

        long[] sofar = Coordinated();
        for (int i = 0; i < 20; i++) Assert.True(cluster.Put("x2", $"k{i}", "v").IsOk);
        Assert.Single(Coordinated().Zip(sofar), both => both.First == both.Second + 20);

        long[] Coordinated() => [.. cluster.Nodes.Select(node => node.Status().Coordinated.Writes)];
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void Nodes_that_are_killed_frozen_and_return_cost_a_client_no_request(Routing routing)
    {
        SimCluster cluster = Started(5, 5, routing);
        foreach (SimNode node in cluster.Nodes)
        {
            WriteSome(cluster);
            node.Freeze();
            WriteSome(cluster);
            node.Thaw();
            WriteSome(cluster);
            node.Kill();
            WriteSome(cluster);
            node.Start();
            cluster.RunUntilReady();
            cluster.RunUntil(() => cluster.Clients[0].IsConnectedToAll, "the client reaches all");
        }

        static void WriteSome(SimCluster cluster)
        {
            for (int i = 0; i < 10; i++)
            {
                SimCall put = cluster.Put("x1", $"k{i}", $"v{i}");
                Assert.True(put.IsOk, $"{put}");
                SimCall get = cluster.Get("x1", $"k{i}");
                Assert.True(get is { IsOk: true } && get.Value == $"v{i}", $"{get}");
            }
        }
    }

    /// <summary>Law 4: the node that was asked first still has the put, and goes on with it when nobody wants it any more.</summary>
    [Theory]
    [InlineData(Routing.TokenAware)]
    [InlineData(Routing.ViaNode)]
    public void A_put_that_another_node_made_does_not_come_back_above_what_was_written_since(Routing routing)
    {
        SimCluster cluster = Started(6, 3, routing);
        Assert.True(cluster.Put("x1", "k", "first").IsOk);
        SimNode asked = cluster.Nodes.Single(node => node.Status().Coordinated.Writes == 1);
        SimNode other = cluster.Nodes.First(node => node != asked);

        asked.Freeze();
        Assert.True(cluster.Put("x1", "k", "older").IsOk);
        Assert.True(cluster.Put(other.Name, "k", "newer").IsOk);
        asked.Thaw();
        cluster.RunFor(TimeSpan.FromSeconds(3));

        Assert.Equal("newer", cluster.Get("x1", "k").Value);
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void What_a_node_missed_of_a_client_is_handed_over_to_it_by_another(Routing routing)
    {
        SimCluster cluster = Started(2, routing);
        cluster["c"].Kill();
        cluster.RunFor(TimeSpan.FromSeconds(1));

        Assert.True(cluster.Put("x1", "k", "v").IsOk);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(1, cluster.Hints);
        cluster["c"].Start();
        cluster.RunUntilReady();
        cluster.RunUntilHandedOver();

        Assert.All(cluster.CopiesOf("k"), copy => Assert.Equal(EntryKind.Register, copy.Head.Kind));
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void A_client_follows_a_replacement_and_writes_to_the_newcomer(Routing routing)
    {
        SimCluster cluster = Started(3, routing);
        SimClient client = cluster.Clients[0];
        Assert.True(cluster.Put("x1", "k", "before").IsOk);
        cluster["c"].LoseDisk();
        cluster["c"].Revive();
        cluster.RunUntil(() => client.Epoch == 2, "the client has heard of the replacement");
        cluster.RunUntilReady();
        cluster.RunUntil(() => cluster["c"].IsWhole, "the newcomer is filled");

        SimCall put = cluster.Put("x1", "k", "after", new RequestOptions { W = ConsistencyLevel.All });

        Assert.True(put.IsOk, $"{put}");
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void A_client_that_was_there_before_the_cluster_waits_for_it(Routing routing)
    {
        var cluster = new SimCluster(4, new SimOptions { Routings = [routing] });
        cluster.Clients[0].Start();
        cluster.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(cluster.Clients[0].IsStarted);

        foreach (SimNode node in cluster.Nodes) node.Start();

        cluster.RunUntil(() => cluster.Clients[0].IsStarted, "the client takes requests");
        Assert.True(cluster.Put("x1", "k", "v").IsOk);
    }

    private static SimCluster Started(int seed, Routing routing) => Started(seed, 3, routing);

    private static SimCluster Started(int seed, int nodes, params Routing[] routings)
    {
        var cluster = new SimCluster(seed, new SimOptions { Nodes = nodes, Routings = routings });
        cluster.Start();
        return cluster;
    }
}
