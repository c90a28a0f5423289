using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Quorate.Coordinator;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>Failure detection and addresses with real processes and real datagrams.</summary>
public sealed class MembershipTests
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task A_killed_or_frozen_node_of_five_is_suspected_and_then_dead_for_all_others(string signal)
    {
        await using DevCluster cluster = await DevCluster.StartAsync(nodes: 5);
        await QuorateProcess.SignalAsync(cluster.ProcessOf(3), signal);

        // Twice what is promised of a machine that is not busy with tests: 3 s and 10 s.
        await AllSeeAsync(cluster, 3, state => state is "suspect" or "dead", TimeSpan.FromSeconds(6), "suspected");
        await AllSeeAsync(cluster, 3, state => state == "dead", TimeSpan.FromSeconds(20), "dead");
        Assert.Equal("alive", await StateAsync(cluster, 1, 2));
        Assert.Equal("alive", await StateAsync(cluster, 4, 5));
    }

    [Fact]
    public async Task A_node_that_is_asked_to_stop_has_left_and_is_never_suspected()
    {
        await using DevCluster cluster = await DevCluster.StartAsync(nodes: 3);
        await QuorateProcess.SignalAsync(cluster.ProcessOf(2), "TERM");
        await Eventually.TrueAsync(() => !QuorateProcess.IsAlive(cluster.ProcessOf(2)), "n2 has stopped");
        foreach (int node in Others(3, 2)) Assert.Equal("left", await StateAsync(cluster, node, 2));
    }

    [Fact]
    public async Task A_node_that_comes_back_elsewhere_needs_one_address_and_is_found_by_all()
    {
        await using DevCluster cluster = await DevCluster.StartAsync(nodes: 3);
        await cluster.KillAsync(3);
        int movedTo = cluster.PortBase + 1040;
        using Process moved = QuorateProcess.Start(
            "server", "--name", "n3", "--data", Path.Combine(cluster.Data, "n3"), "--resp", $"{cluster.RespPort(3)}", "--resp-cluster", $"{cluster.ClusterPort(3)}",
            "--http", $"{cluster.PortBase + 2003}", "--peer", $"{movedTo}", "--join", $"{cluster.PortBase + 1001}", "--durability", "periodic");
        try
        {
            foreach (int node in Others(3, 3))
            {
                await Eventually.TrueAsync(
                    async () => await PeerAsync(cluster, node, 3) is { Connected: true, State: "alive" } peer && peer.Address == $"127.0.0.1:{movedTo}",
                    $"n{node} is connected to n3 at its new address");
            }

            await Eventually.TrueAsync(async () => (await NodeAsync(cluster, 3)).Peers is { Count: 2 } peers && peers.All(peer => peer.Connected), "n3 is connected to both");
            using RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(3));
            Assert.Equal("OK", await client.AskAsync("QUORATE.WITH", "W", "ALL", "SET", "k", "v"));
        }
        finally
        {
            moved.Kill();
            await moved.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<int> Others(int nodes, int than) => Enumerable.Range(1, nodes).Where(node => node != than);

    private static async Task AllSeeAsync(DevCluster cluster, int member, Func<string, bool> holds, TimeSpan bound, string what)
    {
        using var over = new CancellationTokenSource(bound);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        string[] states = [];
        try
        {
            do states = await Task.WhenAll(Others(5, member).Select(node => StateAsync(cluster, node, member)));
            while (!states.All(holds) && await pause.WaitForNextTickAsync(over.Token));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"n{member} is not {what} for all within {bound.TotalSeconds} s: {string.Join(", ", states)}");
        }
    }

    private static async Task<string> StateAsync(DevCluster cluster, int node, int member) => (await PeerAsync(cluster, node, member)).State;

    private static async Task<PeerStatus> PeerAsync(DevCluster cluster, int node, int member) =>
        (await NodeAsync(cluster, node)).Peers.Single(peer => peer.Name == $"n{member}");

    private static async Task<NodeStatus> NodeAsync(DevCluster cluster, int node)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<NodeStatus>(new Uri(cluster.Http(node), "/node"), JsonSerializerOptions.Web))!;
    }
}
