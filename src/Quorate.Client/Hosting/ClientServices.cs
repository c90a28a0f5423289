using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Quorate.Client;

/// <summary>The client, for hosts.</summary>
public static class ClientServices
{
    /// <summary>
    /// One <see cref="QuorateClient"/> for the application, as <see cref="QuorateDatabase"/> too. It begins to connect when it is first asked
    /// for, and goes on until it has: the host starts while the cluster is away, and requests wait for it within their timeouts.
    /// </summary>
    /// <param name="services">Where a log is configured, it takes the client's events, under <c>Quorate.Client</c>.</param>
    /// <param name="nodes">Peer addresses of some nodes, <c>host:port,host:port</c>.</param>
    /// <param name="configure">The options; <c>services.Configure&lt;QuorateClientOptions&gt;</c> adds to them.</param>
    /// <exception cref="ArgumentException">An address is not <c>host:port</c>, or there is none.</exception>
    public static IServiceCollection AddQuorateClient(this IServiceCollection services, string nodes, Action<QuorateClientOptions>? configure = null)
    {
        QuorateClient.AddressesIn(nodes);
        services.AddOptions();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(provider => QuorateClient.Start(nodes, OptionsOf(provider)));
        services.TryAddSingleton<QuorateDatabase>(provider => provider.GetRequiredService<QuorateClient>());
        return services;
    }

    private static QuorateClientOptions OptionsOf(IServiceProvider provider)
    {
        QuorateClientOptions options = provider.GetRequiredService<IOptions<QuorateClientOptions>>().Value;
        if (options.Log is not null || provider.GetService<ILoggerFactory>() is not { } logs) return options;
        ILogger log = logs.CreateLogger("Quorate.Client");
        return options with { Log = line => log.LogInformation("{Event}", line) };
    }
}
