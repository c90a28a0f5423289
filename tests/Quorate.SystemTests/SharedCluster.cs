using Xunit;

namespace Quorate.SystemTests;

/// <summary>A healthy cluster for all tests that leave it so; each uses keys of its own.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public DevCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await DevCluster.StartAsync(durability: "fsync");

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
