using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Quorate.Client;
using Xunit;

// Requests end by their own timeout, and most callers give no token: that is the way that is tested here.
#pragma warning disable xUnit1051

namespace Quorate.SystemTests;

/// <summary>The client as hosts register it, against real nodes.</summary>
public sealed class HostingTests(SharedCluster shared)
{
    [Fact]
    public async Task A_host_starts_while_the_cluster_is_away_and_is_served_when_it_comes()
    {
        int portBase = DevCluster.FreePortBase();
        await using ServiceProvider services = Services($"127.0.0.1:{portBase + 1001}").BuildServiceProvider();
        QuorateKeyspace keys = services.GetRequiredService<QuorateDatabase>().Keyspace();

        var failure = await Assert.ThrowsAsync<UnavailableException>(async () => await keys.GetAsync("k", new() { TimeoutMilliseconds = 300 }));
        Assert.Contains($"127.0.0.1:{portBase + 1001}", failure.Message);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(services)).Status);
        await using DevCluster cluster = await DevCluster.StartAsync(portBase: portBase);

        await Eventually.TrueAsync(async () => (await HealthAsync(services)).Status == HealthStatus.Healthy, "the client finds the cluster");
        Assert.True((await keys.PutAsync("k", "value")).Applied);
        Assert.Same(services.GetRequiredService<QuorateClient>(), services.GetRequiredService<QuorateDatabase>());
    }

    [Fact]
    public async Task A_cache_ends_its_values_by_the_keys_own_time_to_live()
    {
        await using ServiceProvider services = Services($"127.0.0.1:{shared.Cluster.PortBase + 1001}").BuildServiceProvider();
        using RedisConnection redis = await RedisConnection.OpenAsync(shared.Cluster.RespPort(2));
        IDistributedCache cache = services.GetRequiredService<IDistributedCache>();

        await cache.SetStringAsync("hosting:a", "absolute", new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(1000) });
        await cache.SetStringAsync("hosting:s", "sliding", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(1000) });
        Assert.InRange(await TimeToLiveAsync("hosting:a"), 900, 1000);
        Assert.Equal("sliding", await redis.AskAsync("GET", "cache:hosting:s"));
        await redis.AskAsync("EXPIRE", "cache:hosting:s", "100");
        await redis.AskAsync("EXPIRE", "cache:hosting:a", "100");

        Assert.Equal(("sliding", "absolute"), (await cache.GetStringAsync("hosting:s"), cache.GetString("hosting:a")));

        Assert.InRange(await TimeToLiveAsync("hosting:s"), 900, 1000);
        Assert.InRange(await TimeToLiveAsync("hosting:a"), 1, 100);
        await cache.RemoveAsync("hosting:s");
        Assert.Null(await cache.GetAsync("hosting:s"));

        async Task<int> TimeToLiveAsync(string key) => int.Parse(await redis.AskAsync("TTL", $"cache:{key}") ?? "");
    }

    [Fact]
    public void What_is_no_address_is_refused_when_the_host_is_built() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddQuorateClient("somewhere"));

    [Fact]
    public async Task The_hosts_log_takes_the_clients_events()
    {
        var log = new RecordingLog();
        IServiceCollection collection = Services($"127.0.0.1:{shared.Cluster.PortBase + 1002}");
        collection.AddLogging(logging => logging.AddProvider(log));
        await using ServiceProvider services = collection.BuildServiceProvider();

        await services.GetRequiredService<QuorateDatabase>().Keyspace().GetAsync("hosting:log");

        await Eventually.TrueAsync(() => log.Lines.Any(line => line.StartsWith("Quorate.Client: ", StringComparison.Ordinal)), "it says that it is connected");
    }

    private static IServiceCollection Services(string nodes)
    {
        IServiceCollection services = new ServiceCollection().AddLogging().AddQuorateClient(nodes, options => options.MaxRequests = 100).AddQuorateDistributedCache();
        services.AddHealthChecks().AddCheck<QuorateHealthCheck>("quorate");
        return services;
    }

    private static Task<HealthReport> HealthAsync(ServiceProvider services) => services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private sealed class RecordingLog : ILoggerProvider
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => new Category(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, List<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lock (lines) lines.Add($"{name}: {formatter(state, exception)}");
            }
        }
    }
}
