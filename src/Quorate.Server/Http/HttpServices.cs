using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Quorate.Coordinator.Facade;
using Quorate.Core;
using Quorate.Server.Configuration;
using Quorate.Server.Facade;

namespace Quorate.Server.Http;

/// <summary>What the HTTP interface needs besides the façades, and the server that a node brings along for it.</summary>
internal static class HttpServices
{
    /// <summary>Each may hold a request; beyond it new connections are closed (law 8).</summary>
    private const int MaxConnections = 1024;

    /// <summary>Bodies held at once, counted in the largest values: enough that small ones never notice.</summary>
    private const int LargestValuesHeld = 16;

    public static IServiceCollection AddQuorateHttp(this IServiceCollection services, Limits limits)
    {
        services.AddProblemDetails();
        services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Quorate";
            document.Info.Description = "A leaderless key-value database: any node takes any request. Failures are problem details (RFC 9457) that say whose and how many.";
            return Task.CompletedTask;
        }));
        services.AddSingleton(provider => new KeyValueEndpoints(
            provider.GetRequiredService<DatabaseFacade>(), provider.GetRequiredService<AdminFacade>(), limits, new MemoryBudget((long)LargestValuesHeld * limits.MaxValueBytes)));
        return services;
    }

    public static void Listen(this KestrelServerOptions kestrel, ListenAddress address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        // A key of 64 KiB, each byte percent-encoded, and what stands around it.
        kestrel.Limits.MaxRequestLineSize = 256 * 1024;
        kestrel.Listen(address.Resolve(), Configure);

        // Without TLS there is no HTTP/2 to negotiate, and the guard reads HTTP/1 only.
        static void Configure(ListenOptions listener)
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.UseEscapeGuard();
        }
    }

    /// <summary>The whole HTTP interface as an application of its own.</summary>
    public static void UseQuorateHttp(this WebApplication app)
    {
        app.UseEscapeGuard();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapQuorate();
    }
}
