using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quorate.Coordinator.Facade;
using Quorate.Server.Configuration;
using Quorate.Server.Http;

namespace Quorate.Server;

/// <summary>Hosts a node in any application: console, service or web.</summary>
public static class NodeServices
{
    /// <summary>
    /// Adds a node as the configuration's section <c>Quorate</c> describes it. The application reads and writes through
    /// <see cref="QuorateDatabase"/>, with no socket between; a web application offers HTTP with <see cref="QuorateEndpoints.MapQuorate"/>.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="configuration">Of the application.</param>
    /// <exception cref="OptionsValidationException">No node can be made from it; says all that is wrong.</exception>
    public static IServiceCollection AddQuorateNode(this IServiceCollection services, IConfiguration configuration) =>
        services.AddQuorateNode(QuorateOptionsBinder.Read(configuration));

    /// <summary>Adds a node that is described in code.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Begins with the defaults.</param>
    /// <exception cref="OptionsValidationException">No node can be made from it; says all that is wrong.</exception>
    public static IServiceCollection AddQuorateNode(this IServiceCollection services, Action<QuorateOptions> configure)
    {
        var options = new QuorateOptions();
        configure(options);
        return services.AddQuorateNode(options);
    }

    /// <inheritdoc cref="AddQuorateNode(IServiceCollection, Action{QuorateOptions})"/>
    /// <param name="services">The application's.</param>
    /// <param name="options">What the node is told.</param>
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
        services.AddSingleton(provider => new QuorateDatabase(
            provider.GetRequiredService<DatabaseFacade>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<IValueSerializer>()));
        return services.AddQuorateHttp(settings.Limits);
    }
}
