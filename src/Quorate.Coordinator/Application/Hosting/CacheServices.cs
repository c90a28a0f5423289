using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>The cache, for hosts.</summary>
public static class CacheServices
{
    /// <summary>
    /// <see cref="IDistributedCache"/> (and so sessions, output caching, <c>HybridCache</c>) in a keyspace of the registered
    /// <see cref="QuorateDatabase"/>.
    /// </summary>
    /// <param name="services">With a <see cref="QuorateDatabase"/>: of <c>AddQuorateClient</c>, for example.</param>
    /// <param name="keyspace">Where.</param>
    /// <param name="keyPrefix">Before each key, so that the keyspace can hold other things too.</param>
    public static IServiceCollection AddQuorateDistributedCache(
        this IServiceCollection services, string keyspace = KeyspaceTable.DefaultName, string keyPrefix = "cache:") =>
        services.AddSingleton<IDistributedCache>(provider => new QuorateDistributedCache(
            provider.GetRequiredService<QuorateDatabase>(),
            keyspace,
            keyPrefix,
#pragma warning disable RS0030 // A host that names no clock means the system's.
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
#pragma warning restore RS0030
}
