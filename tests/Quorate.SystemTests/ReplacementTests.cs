using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Quorate.Coordinator;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>A node whose data directory is gone, with real processes: another takes its place and is filled.</summary>
public sealed class ReplacementTests
{
    private const int Keys = 2000;

    [Fact]
    public async Task A_node_that_lost_its_directory_is_replaced_by_name_and_filled_by_the_others()
    {
        await using DevCluster cluster = await DevCluster.StartAsync(nodes: 3);
        using (RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(1)))
        {
            for (int i = 0; i < Keys; i++) Assert.Equal("OK", await client.AskAsync("SET", $"key {i}", $"value {i}"));
        }

        await cluster.KillAsync(3);
        Directory.Delete(Path.Combine(cluster.Data, "n3"), recursive: true);
        using Process plain = Start(cluster);
        await Eventually.TrueAsync(async () => await StatusAsync(cluster, 3) is { State: "forming" } node && node.Peers.Any(peer => peer.Problem?.Contains("--replace") == true), "n3 is told how to come back");
        plain.Kill();
        await plain.WaitForExitAsync(TestContext.Current.CancellationToken);

        Directory.Delete(Path.Combine(cluster.Data, "n3"), recursive: true);
        using Process replacement = Start(cluster, "--replace");
        try
        {
            await Eventually.TrueAsync(
                async () => await StatusAsync(cluster, 3) is { State: "ready", Unfit: 0, Epoch: 2 } node && node.Peers.All(peer => peer.Connected), "n3 has its place and is filled");
            await cluster.KillAsync(1);
            using RedisConnection client = await RedisConnection.OpenAsync(cluster.RespPort(3));
            for (int i = 0; i < Keys; i++) Assert.Equal($"value {i}", await client.AskAsync("GET", $"key {i}"));
            await cluster.KillAsync(2);
            for (int i = 0; i < Keys; i++) Assert.Equal($"value {i}", await client.AskAsync("QUORATE.WITH", "R", "ONE", "GET", $"key {i}"));
        }
        finally
        {
            replacement.Kill();
            await replacement.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    internal static Process Start(DevCluster cluster, params string[] further)
    {
        Process process = QuorateProcess.Start(
        [
            "server", "--name", "n3", "--data", Path.Combine(cluster.Data, "n3"), "--resp", $"{cluster.RespPort(3)}", "--resp-cluster", $"{cluster.ClusterPort(3)}",
            "--http", $"{cluster.PortBase + 2003}", "--peer", $"{cluster.PortBase + 1003}", "--join", $"{cluster.PortBase + 1001},{cluster.PortBase + 1002}",
            "--durability", "periodic", .. further,
        ]);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<NodeStatus?> StatusAsync(DevCluster cluster, int node)
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetFromJsonAsync<NodeStatus>(new Uri(cluster.Http(node), "/node"), JsonSerializerOptions.Web);
        }
        catch (HttpRequestException)
        {
            return null; // it is still starting
        }
    }
}
