using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Quorate.Coordinator;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>A node of five that goes away costs the clients of the others nothing, and comes back whole.</summary>
public sealed class StayingWritableTests
{
    private const int Clients = 20;
    private const int KeysOfEach = 25;

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    [InlineData("TERM")]
    public async Task A_node_that_goes_costs_no_request_and_shows_all_writes_by_itself_when_it_is_back(string signal)
    {
        await using DevCluster cluster = await DevCluster.StartAsync(nodes: 5);
        using var stop = new CancellationTokenSource();
        var written = new ConcurrentDictionary<string, string>();
        int rounds = 0;
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(LoadAsync)];
        await Eventually.TrueAsync(() => Volatile.Read(ref rounds) > 5 * Clients * KeysOfEach, "the load runs");

        // 1. It goes, and the load goes on until everybody knows, and a while longer.
        if (signal == "STOP") await QuorateProcess.SignalAsync(cluster.ProcessOf(5), signal);
        else await cluster.KillAsync(5, signal);
        await Eventually.TrueAsync(async () => (await SeenFromOthersAsync(cluster)).All(peer => peer.State != "alive"), "n5 is missed by all");
        int atDeath = Volatile.Read(ref rounds);
        await Eventually.TrueAsync(() => Volatile.Read(ref rounds) > atDeath + 5 * Clients * KeysOfEach, "the load goes on");
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        // 2. It comes back and is given what it missed.
        if (signal == "STOP") await QuorateProcess.SignalAsync(cluster.ProcessOf(5), "CONT");
        else await cluster.RestartAsync(5);
        await Eventually.TrueAsync(
            async () => (await SeenFromOthersAsync(cluster)).All(peer => peer is { State: "alive", Hints.Total: 0 }), "all hints are handed over");
        Assert.True((await SeenFromOthersAsync(cluster)).Sum(peer => peer.Hints!.HandedOver) > 0);

        // 3. What it is home to, it shows by itself.
        using RedisConnection returned = await RedisConnection.OpenAsync(cluster.RespPort(5));
        int atHome = 0;
        foreach ((string key, string value) in written)
        {
            if (!(await returned.AskAsync("QUORATE.RING", key))!.Split("fallbacks")[0].Contains("\"n5\"", StringComparison.Ordinal)) continue;
            atHome++;
            Assert.Equal(value, await returned.AskAsync("QUORATE.WITH", "R", "ONE", "GET", key));
        }

        Assert.True(atHome > written.Count / 3, $"n5 is home to {atHome} of {written.Count} keys");

        // Each client's keys are its own: what it reads through another node is what it wrote.
        async Task LoadAsync(int client)
        {
            using RedisConnection writer = await RedisConnection.OpenAsync(cluster.RespPort(1 + client % 4));
            using RedisConnection reader = await RedisConnection.OpenAsync(cluster.RespPort(1 + (client + 1) % 4));
            for (int round = 0; !stop.IsCancellationRequested; round++)
            {
                string key = $"client:{client}:{round % KeysOfEach}";
                Assert.Equal("OK", await writer.AskAsync("SET", key, $"{round}"));
                Assert.Equal($"{round}", await reader.AskAsync("GET", key));
                written[key] = $"{round}";
                Interlocked.Increment(ref rounds);
            }
        }
    }

    /// <summary>What the others say of n5.</summary>
    private static async Task<PeerStatus[]> SeenFromOthersAsync(DevCluster cluster)
    {
        using var http = new HttpClient();
        NodeStatus?[] others = await Task.WhenAll(
            Enumerable.Range(1, 4).Select(node => http.GetFromJsonAsync<NodeStatus>(new Uri(cluster.Http(node), "/node"), JsonSerializerOptions.Web)));
        return [.. others.Select(other => other!.Peers.Single(peer => peer.Name == "n5"))];
    }
}
