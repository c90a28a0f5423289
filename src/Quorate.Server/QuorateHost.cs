using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quorate.Server.Configuration;
using Quorate.Server.Http;

namespace Quorate.Server;

/// <summary>A process that is a node and nothing else.</summary>
public static class QuorateHost
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Settings are read once. Watching their file means watching all below the working directory: each write to a log there
    /// would wake a thread.
    /// </summary>
    private static readonly string[] NoWatching = ["--hostBuilder:reloadConfigOnChange=false"];

    /// <param name="told">Settings that win over <c>appsettings.json</c> and the environment, by their names.</param>
    /// <exception cref="OptionsValidationException">No node can be made from all that; says what is wrong.</exception>
    public static IHost Build(IReadOnlyDictionary<string, string> told)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = NoWatching });
        Configure(builder, told);
        NodeSettings settings = NodeSettings.From(QuorateOptionsBinder.Read(builder.Configuration));
        if (settings.Http is not { } http) return BuildWithoutHttp(told);

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(http));
        WebApplication app = builder.Build();
        app.UseQuorateHttp();
        return app;
    }

    private static IHost BuildWithoutHttp(IReadOnlyDictionary<string, string> told)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(NoWatching);
        Configure(builder, told);
        return builder.Build();
    }

    private static void Configure(IHostApplicationBuilder builder, IReadOnlyDictionary<string, string> told)
    {
        builder.Configuration.AddInMemoryCollection(told.Select(setting => KeyValuePair.Create($"{QuorateOptions.Section}:{setting.Key}", (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // what it logs, it also throws
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience);
        builder.Services.AddQuorateNode(builder.Configuration);
    }
}
