using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>`quorate dev` and the other verbs, as a person runs them.</summary>
public sealed class DevTests(SharedCluster shared)
{
    [Fact]
    public async Task It_prints_where_everything_is_and_stops_with_all_its_nodes()
    {
        await using DevCluster cluster = await DevCluster.StartAsync(durability: "fsync");
        int[] nodes = [.. Enumerable.Range(1, 3).Select(cluster.ProcessOf)];
        Assert.All(nodes, node => Assert.True(QuorateProcess.IsAlive(node)));
        Assert.Contains($"127.0.0.1:{cluster.RespPort(1)}", cluster.Said);
        Assert.Contains($"127.0.0.1:{cluster.ClusterPort(2)}", cluster.Said);
        Assert.Contains(cluster.Http(3).Authority, cluster.Said);
        Assert.Contains("survives power loss", cluster.Said);

        Assert.Equal(0, await cluster.StopAsync());

        Assert.All(nodes, node => Assert.False(QuorateProcess.IsAlive(node)));
    }

    [Fact]
    public async Task Its_nodes_do_not_outlive_it()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        int[] nodes = [.. Enumerable.Range(1, 3).Select(cluster.ProcessOf)];

        await QuorateProcess.SignalAsync(cluster.ProcessId, "KILL");

        await Eventually.TrueAsync(() => !nodes.Any(QuorateProcess.IsAlive), "every node has stopped");
    }

    [Fact]
    public async Task A_dead_node_is_reported_with_the_command_that_brings_it_back()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();

        await cluster.KillAsync(2);

        Assert.Contains($"n2 (process {cluster.ProcessOf(2)}) has stopped with exit code 137; the others run on.", cluster.Said);
        Assert.True(await cluster.IsReadyAsync(1));
        await cluster.RestartAsync(2);
        using RedisConnection returned = await RedisConnection.OpenAsync(cluster.RespPort(2));
        Assert.Equal("OK", await returned.AskAsync("SET", "k", "v"));
    }

    [Fact]
    public async Task A_busy_port_is_named()
    {
        int portBase = DevCluster.FreePortBase();
        using var squatter = new TcpListener(IPAddress.Loopback, portBase + 12);
        squatter.Start();

        QuorateProcess.Result result = await QuorateProcess.RunAsync("dev", "--port-base", $"{portBase}", "--data", DevCluster.NewData());

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"port {portBase + 12} (Redis Cluster of n2) is busy", result.Errors);
        Assert.Contains("--port-base", result.Errors);
    }

    [Fact]
    public async Task Data_outlives_a_cluster_and_belongs_to_its_number_of_nodes()
    {
        string data = DevCluster.NewData();
        try
        {
            await using (DevCluster cluster = await DevCluster.StartAsync(data: data))
            {
                using RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(1));
                Assert.Equal("OK", await client.AskAsync("SET", "k", "kept"));
            }

            QuorateProcess.Result refused = await QuorateProcess.RunAsync("dev", "--nodes", "2", "--data", data, "--port-base", $"{DevCluster.FreePortBase()}");
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains("is of 3 nodes, not 2", refused.Errors);
            Assert.Contains("--fresh", refused.Errors);

            await using DevCluster again = await DevCluster.StartAsync(data: data);
            using RedisConnection reader = await RedisConnection.OpenAsync(again.RespPort(3));
            Assert.Equal("kept", await reader.AskAsync("GET", "k"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task In_memory_every_start_is_a_new_cluster()
    {
        string data = DevCluster.NewData();
        try
        {
            for (int run = 0; run < 2; run++)
            {
                await using DevCluster cluster = await DevCluster.StartAsync(durability: "memory", data);
                using RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(1));
                Assert.Equal("0", await client.AskAsync("DBSIZE"));
                Assert.Equal("OK", await client.AskAsync("SET", "k", "v"));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task The_verbs_work_against_a_cluster()
    {
        Task<QuorateProcess.Result> Run(params string[] words) => QuorateProcess.RunAsync([.. words, "--node", $"127.0.0.1:{shared.Cluster.RespPort(2)}"]);

        Assert.Equal((0, "stored\n"), Brief(await Run("put", "by verb", "v")));
        Assert.Equal((0, "v\n"), Brief(await Run("get", "by verb")));
        Assert.Contains("n2", (await Run("status")).Output);
        Assert.Contains("home replicas", (await Run("ring", "by verb")).Output);
        Assert.Contains("answered", (await Run("explain", "by verb")).Output);
        Assert.Equal((0, "deleted\n"), Brief(await Run("del", "by verb")));
        Assert.Equal((1, ""), Brief(await Run("get", "by verb")));
    }

    private static (int, string) Brief(QuorateProcess.Result result) => (result.ExitCode, result.Output);
}
