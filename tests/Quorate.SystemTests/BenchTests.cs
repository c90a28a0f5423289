using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>`quorate bench` against real processes.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task No_read_is_wrong_when_a_node_is_killed_in_the_middle_of_a_verified_load()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        string nodes = string.Join(',', Enumerable.Range(1, 3).Select(node => $"127.0.0.1:{cluster.RespPort(node)}"));
        using Process bench = QuorateProcess.Start("bench", "--node", nodes, "--keys", "500", "--zipf", "0.9", "--connections", "12", "--seconds", "300", "--verify", "--json");

        try
        {
            await Eventually.TrueAsync(async () => bench.HasExited || await ReadsAsync() > 1000, "the load runs");
            await cluster.KillAsync(3);
            long atDeath = await ReadsAsync();
            await Eventually.TrueAsync(async () => bench.HasExited || await ReadsAsync() > atDeath + 1000, "the load goes on");
        }
        finally
        {
            await QuorateProcess.SignalAsync(bench.Id, "TERM");
        }

        QuorateProcess.Result result = await QuorateProcess.EndOfAsync(bench);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(result.Output);
        Assert.Equal(0, report.GetProperty("verify").GetProperty("wrong").GetInt64());
        Assert.True(report.GetProperty("verify").GetProperty("checked").GetInt64() > 2000);
        Assert.True(report.GetProperty("errors").TryGetProperty("DISCONNECTED", out _), "its connections to the dead node broke");

        async Task<long> ReadsAsync()
        {
            using var http = new HttpClient();
            JsonElement node = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri(cluster.Http(1), "/node")));
            return node.GetProperty("coordinated").GetProperty("reads").GetInt64();
        }
    }
}
