using StackExchange.Redis;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>Redis clients as they are, against a cluster that all of them share.</summary>
public sealed class StockClientTests(SharedCluster shared)
{
    private DevCluster Cluster => shared.Cluster;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StackExchange_Redis_with_every_endpoint_listed(bool clusterMode)
    {
        var options = new ConfigurationOptions { AbortOnConnectFail = true };
        for (int node = 1; node <= 3; node++) options.EndPoints.Add("127.0.0.1", clusterMode ? Cluster.ClusterPort(node) : Cluster.RespPort(node));
        using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        IDatabase database = redis.GetDatabase();
        string prefix = clusterMode ? "cluster:" : "alone:";

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => database.StringSetAsync($"{prefix}{i}", i)));
        RedisValue[] values = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => database.StringGetAsync($"{prefix}{i}")));
        Assert.Equal(Enumerable.Range(0, 200), values.Select(value => (int)value));

        Assert.False(await database.StringSetAsync($"{prefix}1", "other", TimeSpan.FromMinutes(1), When.NotExists));
        Assert.True(await database.KeyExpireAsync($"{prefix}1", TimeSpan.FromMinutes(5)));
        Assert.InRange((await database.KeyTimeToLiveAsync($"{prefix}1"))!.Value.TotalSeconds, 200, 300);
        Assert.True(await database.KeyDeleteAsync($"{prefix}2"));
        Assert.True((await database.StringGetAsync($"{prefix}2")).IsNull);
        Assert.Equal(RedisType.String, await database.KeyTypeAsync($"{prefix}3"));
        Assert.True(await database.PingAsync() >= TimeSpan.Zero);
    }

    [Fact]
    public async Task Redis_cli()
    {
        Assert.SkipUnless(QuorateProcess.IsInstalled("redis-cli"), "redis-cli is not installed (Debian: redis-tools)");

        Assert.Equal("OK\n", await Cli(1, "SET", "cli", "v"));
        Assert.Equal("v\n", await Cli(2, "GET", "cli"));
        Assert.Equal("v\n", await Cli(13, "GET", "cli"));
        Assert.Contains("redis_version:7.2.0", await Cli(3, "INFO"));

        async Task<string> Cli(int offset, params string[] words) =>
            (await QuorateProcess.RunProgramAsync("redis-cli", ["-p", $"{Cluster.PortBase + offset}", .. words])).Output;
    }

    [Theory]
    [InlineData(1, "-P", "1")]
    [InlineData(1, "-P", "16")]
    [InlineData(11, "--cluster", "-P", "16")]
    public async Task Redis_benchmark(int offset, params string[] options)
    {
        Assert.SkipUnless(QuorateProcess.IsInstalled("redis-benchmark"), "redis-benchmark is not installed (Debian: redis-tools)");

        QuorateProcess.Result result = await QuorateProcess.RunProgramAsync(
            "redis-benchmark", ["-p", $"{Cluster.PortBase + offset}", "-t", "set,get", "-n", "5000", "-r", "1000", "-c", "20", "-q", .. options]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("SET: ", result.Output);
        Assert.Contains("GET: ", result.Output);
        Assert.DoesNotContain("rror", result.Output + result.Errors);
    }
}
