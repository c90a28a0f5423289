using System.Text.Json;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>`quorate repair` against real nodes.</summary>
public sealed class RepairTests
{
    [Fact]
    public async Task Repair_compares_every_replica_with_every_other_names_who_is_away_and_stands_still_while_paused()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        string node = $"127.0.0.1:{cluster.RespPort(1)}";
        using RedisConnection redis = await RedisConnection.OpenAsync(cluster.RespPort(1));
        for (int i = 0; i < 100; i++) Assert.Equal("OK", await redis.AskAsync("SET", $"k{i}", "v"));

        QuorateProcess.Result whole = await QuorateProcess.RunAsync("repair", "--now", "--json", "--node", node);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Errors));
        JsonElement summary = JsonDocument.Parse(whole.Output).RootElement;
        Assert.Empty(summary.GetProperty("away").EnumerateObject());
        Assert.Equal(["n1", "n2", "n3"], summary.GetProperty("nodes").EnumerateObject().Select(one => one.Name));
        Assert.Equal(3 * 1024, summary.GetProperty("nodes").EnumerateObject().Sum(one => one.Value.GetProperty("compared").GetInt32()));

        QuorateProcess.Result unknown = await QuorateProcess.RunAsync("repair", "--keyspace", "carts", "--node", node);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("n2: ERR there is no keyspace 'carts': give one of default, 1", unknown.Errors);

        Assert.Equal("n1 paused\nn2 paused\nn3 paused\n", (await QuorateProcess.RunAsync("repair", "pause", "--node", node)).Output);
        Assert.Contains("paused since", (await QuorateProcess.RunAsync("status", "--node", node)).Output);
        Assert.Contains("'quorate repair resume' first", (await QuorateProcess.RunAsync("repair", "--node", node)).Errors);
        Assert.Equal("n1 resumed\n", (await QuorateProcess.RunAsync("repair", "resume", "--only", "--node", node)).Output);
        Assert.Equal(0, (await QuorateProcess.RunAsync("repair", "resume", "--node", node)).ExitCode);

        await cluster.KillAsync(3);
        QuorateProcess.Result partial = await QuorateProcess.RunAsync("repair", "--keyspace", "default", "--node", node);
        Assert.Equal(3, partial.ExitCode);
        Assert.Contains("1 of the replicas could not be compared, or not fully; repair again when they are back:\n  n3: ", partial.Output);

        await cluster.RestartAsync(3);
        QuorateProcess.Result again = await QuorateProcess.RunAsync("repair", "--only", "--node", $"127.0.0.1:{cluster.RespPort(3)}");
        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        Assert.Contains("n3    done  ", again.Output);
    }
}
