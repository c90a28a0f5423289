using Quorate.Client;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Simulation.Cluster;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Clients that coordinate their requests themselves.</summary>
public class ClientTests
{
    private static readonly SimOptions WithAClient = new() { Routings = [Routing.Direct] };

    [Fact]
    public void What_a_client_writes_every_node_reads_and_the_other_way_round()
    {
        var cluster = new SimCluster(1, WithAClient);
        cluster.Start();

        Assert.True(cluster.Put("x1", "k", "of the client").IsOk);
        Assert.All(cluster.Nodes, node => Assert.Equal(new CoordinatedCounts(0, 0, 0, 0, 0), node.Status().Coordinated));
        Assert.All(cluster.Nodes, node => Assert.Equal("of the client", cluster.Get(node.Name, "k").Value));
        Assert.True(cluster.Put("b", "k", "of a node").IsOk);
        Assert.Equal("of a node", cluster.Get("x1", "k").Value);
        Assert.True(cluster.PutIf("x1", "k", "edited", EditCondition.KeyPresent).Applied);
        Assert.Equal("edited", cluster.Get("x1", "k").Value);
    }

    [Fact]
    public void What_a_node_missed_of_a_client_is_handed_over_to_it_by_another()
    {
        var cluster = new SimCluster(2, WithAClient);
        cluster.Start();
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

    [Fact]
    public void A_client_follows_a_replacement_and_writes_to_the_newcomer()
    {
        var cluster = new SimCluster(3, WithAClient);
        cluster.Start();
        SimClient client = cluster.Clients[0];
        Assert.True(cluster.Put("x1", "k", "before").IsOk);
        cluster["c"].LoseDisk();
        cluster["c"].Revive();
        cluster.RunUntil(() => client.Epoch == 2, "the client has heard of the replacement");
        cluster.RunUntilReady();
        cluster.RunUntil(() => cluster["c"].IsWhole, "the newcomer is filled");

        SimCall put = cluster.Put("x1", "k", "after", new Core.Quorum.RequestOptions { W = Core.Quorum.ConsistencyLevel.All });

        Assert.True(put.IsOk, $"{put}");
    }

    [Fact]
    public void A_client_that_was_there_before_the_cluster_waits_for_it()
    {
        var cluster = new SimCluster(4, WithAClient);
        cluster.Clients[0].Start();
        cluster.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(cluster.Clients[0].IsStarted);

        foreach (SimNode node in cluster.Nodes) node.Start();

        cluster.RunUntil(() => cluster.Clients[0].IsStarted, "the client takes requests");
        Assert.True(cluster.Put("x1", "k", "v").IsOk);
    }
}
