using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quorate.Core.Quorum;
using Quorate.Server;
using Xunit;

namespace Quorate.Tests.Server;

/// <summary>Nodes inside an application.</summary>
public sealed class QuorateClusterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_line_gives_a_cluster_in_which_what_one_node_wrote_another_reads()
    {
        await using QuorateCluster cluster = await QuorateCluster.StartAsync(nodes: 3, cancellationToken: Cancelled);

        await cluster.Database.Keyspace().PutAsync("cart", "two apples", cancellationToken: Cancelled);

        foreach (ClusterNode node in cluster.Nodes)
            Assert.Equal("two apples", (await node.Database.Keyspace().GetAsync<string>("cart", cancellationToken: Cancelled)).Value);
    }

    [Fact]
    public async Task A_cluster_goes_on_without_a_node_that_was_stopped()
    {
        await using QuorateCluster cluster = await QuorateCluster.StartAsync(nodes: 3, cancellationToken: Cancelled);

        await cluster.Nodes[2].StopAsync();
        PutResult put = await cluster.Database.Keyspace().PutAsync("k", "v"u8.ToArray(), cancellationToken: Cancelled);
        GetResult got = await cluster.Nodes[1].Database.Keyspace().GetAsync("k", cancellationToken: Cancelled);

        Assert.Equal((true, put.Version), (got.Found, got.Version));
    }

    [Fact]
    public async Task Keyspaces_are_as_they_were_configured()
    {
        await using QuorateCluster cluster = await QuorateCluster.StartAsync(
            nodes: 2, options => options.Keyspaces["flags"] = new() { N = 2, W = "ALL" }, Cancelled);

        PutResult put = await cluster.Database.Keyspace("flags").PutAsync("dark-mode", "on"u8.ToArray(), cancellationToken: Cancelled);

        Assert.Equal(2, put.Answered);
    }

    [Fact]
    public async Task An_application_is_given_the_node_that_it_hosts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging().AddQuorateNode(node =>
        {
            (node.Durability, node.Http, node.Resp, node.Peer) = ("memory", "", [], $"127.0.0.1:{LoopbackPorts.Take(1)[0]}");
        });
        using IHost host = builder.Build();
        await host.StartAsync(Cancelled);
        QuorateKeyspace keys = host.Services.GetRequiredService<QuorateDatabase>().Keyspace();

        await keys.PutAsync("k", "v"u8.ToArray(), options: new RequestOptions { W = ConsistencyLevel.All }, cancellationToken: Cancelled);

        Assert.Equal("v", Encoding.UTF8.GetString((await keys.GetAsync("k", cancellationToken: Cancelled)).Value.Span));
        await host.StopAsync(Cancelled);
    }
}
