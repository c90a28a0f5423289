using System.Diagnostics;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>What a client sees of three real processes, one of them or two dead.</summary>
public sealed class QuorumTests(SharedCluster shared)
{
    [Fact]
    public async Task What_is_written_through_one_node_is_read_through_the_others()
    {
        const int keys = 10_000;
        DevCluster cluster = shared.Cluster;
        using RedisConnection first = await RedisConnection.OpenAsync(cluster.RespPort(1));
        string?[] stored = await first.PipelineAsync([.. Enumerable.Range(0, keys).Select(i => new[] { "SET", $"key:{i}", $"value {i}" })]);
        Assert.All(stored, reply => Assert.Equal("OK", reply));

        foreach (int node in new[] { 2, 3 })
        {
            using RedisConnection other = await RedisConnection.OpenAsync(cluster.RespPort(node));
            string?[] read = await other.PipelineAsync([.. Enumerable.Range(0, keys).Select(i => new[] { "GET", $"key:{i}" })]);
            Assert.Equal(Enumerable.Range(0, keys).Select(i => $"value {i}"), read);
        }
    }

    [Fact]
    public async Task What_is_flushed_through_one_node_is_gone_through_all()
    {
        DevCluster cluster = shared.Cluster;
        using RedisConnection first = await RedisConnection.OpenAsync(cluster.RespPort(1));
        await first.PipelineAsync([["SELECT", "9"], .. Enumerable.Range(0, 1000).Select(i => new[] { "SET", $"key:{i}", $"value {i}" })]);
        string?[] before = await first.PipelineAsync([["DBSIZE"], ["FLUSHDB"], ["DBSIZE"]]);
        Assert.Equal("1000 OK 0", string.Join(' ', before));

        for (int node = 1; node <= 3; node++)
        {
            using RedisConnection other = await RedisConnection.OpenAsync(cluster.RespPort(node));
            string?[] after = await other.PipelineAsync([["SELECT", "9"], ["DBSIZE"], ["RANDOMKEY"], ["GET", "key:7"]]);
            Assert.Equal("OK 0 (none) (none)", string.Join(' ', after.Select(reply => reply ?? "(none)")));
        }
    }

    [Fact]
    public async Task A_node_killed_in_the_middle_of_a_load_on_the_others_costs_nothing()
    {
        const int connections = 50;
        await using DevCluster cluster = await DevCluster.StartAsync();
        using var stop = new CancellationTokenSource();
        int rounds = 0;
        Task<int>[] clients = [.. Enumerable.Range(0, connections).Select(client => LoadAsync(client))];

        await Eventually.TrueAsync(() => Volatile.Read(ref rounds) > 20 * connections, "the load runs");
        await cluster.KillAsync(3);
        int atDeath = Volatile.Read(ref rounds);
        await Eventually.TrueAsync(() => Volatile.Read(ref rounds) > atDeath + 20 * connections, "the load goes on");
        await stop.CancelAsync();
        int[] last = await Task.WhenAll(clients);

        foreach (int node in new[] { 1, 2 })
        {
            using RedisConnection reader = await RedisConnection.OpenAsync(cluster.RespPort(node));
            for (int client = 0; client < connections; client++)
                Assert.Equal($"{last[client]}", await reader.AskAsync("GET", $"client:{client}"));
        }

        // Each client counts its key up through one node and reads it through the other: what it reads is what it wrote.
        async Task<int> LoadAsync(int client)
        {
            using RedisConnection writer = await RedisConnection.OpenAsync(cluster.RespPort(1 + client % 2));
            using RedisConnection reader = await RedisConnection.OpenAsync(cluster.RespPort(2 - client % 2));
            int round = 0;
            while (!stop.IsCancellationRequested)
            {
                round++;
                Assert.Equal("OK", await writer.AskAsync("SET", $"client:{client}", $"{round}"));
                Assert.Equal($"{round}", await reader.AskAsync("GET", $"client:{client}"));
                Interlocked.Increment(ref rounds);
            }

            return round;
        }
    }

    [Fact]
    public async Task With_two_of_three_dead_a_request_is_unavailable_at_once()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        using RedisConnection last = await RedisConnection.OpenAsync(cluster.RespPort(1));
        Assert.Equal("OK", await last.AskAsync("SET", "k", "v"));
        await cluster.KillAsync(2);
        await cluster.KillAsync(3);

        Assert.StartsWith("-UNAVAILABLE", await last.AskAsync("SET", "k", "w"));
        Assert.StartsWith("-UNAVAILABLE", await last.AskAsync("GET", "k"));
        Assert.Equal("v", await last.AskAsync("QUORATE.WITH", "R", "ONE", "GET", "k"));
        Assert.Equal(3, (await QuorateProcess.RunAsync("put", "k", "v", "--node", $"127.0.0.1:{cluster.RespPort(1)}")).ExitCode);
    }

    [Fact]
    public async Task With_two_of_three_frozen_a_write_is_unknown_when_its_time_is_over()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        using RedisConnection last = await RedisConnection.OpenAsync(cluster.RespPort(1));
        Assert.Equal("OK", await last.AskAsync("SET", "k", "v"));
        foreach (int node in new[] { 2, 3 }) await QuorateProcess.SignalAsync(cluster.ProcessOf(node), "STOP");

        string? reply = await last.AskAsync("QUORATE.WITH", "TIMEOUT", "300", "SET", "k", "w");

        Assert.StartsWith("-TIMEOUT 1 of 3 replicas confirmed, 2 needed", reply);
        Assert.Contains("outcome unknown", reply);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_death_of_every_node()
    {
        string data = DevCluster.NewData();
        const int keys = 500;
        try
        {
            await using (DevCluster cluster = await DevCluster.StartAsync(durability: "fsync", data))
            {
                using RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(1));
                string?[] stored = await client.PipelineAsync([.. Enumerable.Range(0, keys).Select(i => new[] { "SET", $"key:{i}", $"{i}" })]);
                Assert.All(stored, reply => Assert.Equal("OK", reply));
                foreach (int node in new[] { 1, 2, 3 }) await QuorateProcess.SignalAsync(cluster.ProcessOf(node), "KILL");
                await cluster.WaitForExitAsync();
                Assert.Contains("No node is left.", cluster.Said);
            }

            await using DevCluster again = await DevCluster.StartAsync(durability: "fsync", data);
            using RedisConnection reader = await RedisConnection.OpenAsync(again.RespPort(2));
            string?[] read = await reader.PipelineAsync([.. Enumerable.Range(0, keys).Select(i => new[] { "GET", $"key:{i}" })]);
            Assert.Equal(Enumerable.Range(0, keys).Select(i => $"{i}"), read);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_node_that_was_away_is_repaired_by_the_reads_it_serves()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        await cluster.KillAsync(3);
        using RedisConnection other = await RedisConnection.OpenAsync(cluster.RespPort(1));
        Assert.Equal("OK", await other.AskAsync("SET", "k", "new"));

        await cluster.RestartAsync(3);
        using RedisConnection returned = await RedisConnection.OpenAsync(cluster.RespPort(3));
        Assert.Equal("new", await returned.AskAsync("GET", "k"));
        await Eventually.TrueAsync(async () => await returned.AskAsync("QUORATE.WITH", "FANOUT", "all", "GET", "k") == "new" && await HoldsAsync(), "n3 holds the key");

        async Task<bool> HoldsAsync()
        {
            using var http = new HttpClient();
            return (await http.GetStringAsync(new Uri(cluster.Http(3), "/node"))).Contains("\"entries\":1", StringComparison.Ordinal);
        }
    }
}
