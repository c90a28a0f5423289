using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quorate.Server.Configuration;
using Quorate.Server.Http;

namespace Quorate.Server;

/// <summary>Hosts a node in any application: console, service or web.</summary>
public static class NodeServices
{
    /// <summary>
    /// Adds a node as the configuration's section <c>Quorate</c> describes it. The application reads and writes through
    /// <see cref="Coordinator.Facade.DatabaseFacade"/>; a web application offers HTTP with <see cref="QuorateEndpoints.MapQuorate"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">No node can be made from it; says all that is wrong.</exception>
    public static IServiceCollection AddQuorateNode(this IServiceCollection services, IConfiguration configuration) =>
        services.AddQuorateNode(QuorateOptionsBinder.Read(configuration));

    /// <inheritdoc cref="AddQuorateNode(IServiceCollection, IConfiguration)"/>
    public static IServiceCollection AddQuorateNode(this IServiceCollection services, QuorateOptions options)
    {
        NodeSettings settings = NodeSettings.From(options);
#pragma warning disable RS0030 // Whoever hosts a node is its composition root; these are what it uses unless told otherwise.
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new Random());
#pragma warning restore RS0030
        services.AddSingleton(settings);
        services.AddSingleton(provider => new NodeHost(
            settings,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        services.AddHostedService(provider => provider.GetRequiredService<NodeHost>());
        services.AddSingleton(provider => provider.GetRequiredService<NodeHost>().Database);
        services.AddSingleton(provider => provider.GetRequiredService<NodeHost>().Admin);
        return services.AddQuorateHttp(settings.Limits);
    }
}
