using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Quorate.Cli.Output;
using Quorate.Node;
using Quorate.Server;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Commands;

internal static class ServerCommand
{
    /// <summary>For `dev`, whose children must not outlive it.</summary>
    public const string StopWithInput = "--stop-with-input";

    public static Command Make(Terminal terminal)
    {
        (Option<string[]> Option, string Setting)[] settings =
        [
            (Setting("--name", "Unique in the cluster."), nameof(QuorateOptions.Name)),
            (Setting("--data", "The node's directory; by default .quorate/NAME."), nameof(QuorateOptions.Data)),
            (Setting("--resp", "Redis listeners, PORT or HOST:PORT; PORT=KEYSPACE binds one to a keyspace."), nameof(QuorateOptions.Resp)),
            (Setting("--resp-cluster", "Redis Cluster listeners."), nameof(QuorateOptions.RespCluster)),
            (Setting("--http", "The HTTP listener."), nameof(QuorateOptions.Http)),
            (Setting("--peer", "Where the other nodes connect to."), nameof(QuorateOptions.Peer)),
            (Setting("--join", "The peer addresses of all nodes, with commas between; of any live one once the cluster is formed."), nameof(QuorateOptions.Join)),
            (Setting("--zone", "Replicas of a key sit in different zones where there are enough."), nameof(QuorateOptions.Zone)),
            (Setting("--durability", "fsync, periodic or memory."), nameof(QuorateOptions.Durability)),
            (Setting("--value-memory", "Memory for values, by default 1GB; those beyond are read from disk."), nameof(QuorateOptions.ValueMemory)),
        ];
        var insecure = new Option<bool>("--insecure") { Description = "Listen beyond loopback although nothing is encrypted." };
        var replace = new Option<bool>("--replace") { Description = "With an empty --data: take the place of the member of this name, which is gone for good." };
        var stopWithInput = new Option<bool>(StopWithInput) { Hidden = true };
        var command = new Command("server", "Run one node. What is not said here is read from appsettings.json and QUORATE__… variables.") { insecure, replace, stopWithInput };
        foreach ((Option<string[]> option, _) in settings) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var told = settings
                .Where(setting => parsed.GetResult(setting.Option) is { Implicit: false })
                .ToDictionary(setting => setting.Setting, setting => string.Join(',', parsed.GetRequiredValue(setting.Option)));
            if (parsed.GetValue(insecure)) told[nameof(QuorateOptions.Insecure)] = "true";
            if (parsed.GetValue(replace)) told[nameof(QuorateOptions.Replace)] = "true";
            return RunAsync(terminal, told, parsed.GetValue(stopWithInput));
        });
        return command;
    }

    private static Option<string[]> Setting(string name, string description) => new(name) { Description = description };

    private static async Task<int> RunAsync(Terminal terminal, IReadOnlyDictionary<string, string> told, bool stopWithInput)
    {
        try
        {
            using IHost host = QuorateHost.Build(told);
            await host.StartAsync();
            if (stopWithInput) StopWhenEnded(terminal.Input, host.Services.GetRequiredService<IHostApplicationLifetime>());
            await host.WaitForShutdownAsync();
            return host.Services.GetRequiredService<NodeHost>().Failure is null ? ExitCode.Ok : ExitCode.Unavailable;
        }
        catch (OptionsValidationException e)
        {
            foreach (string problem in e.Failures) terminal.Error(problem);
            return ExitCode.Usage;
        }
        catch (InvalidDataException unreadable)
        {
            terminal.Error($"{unreadable.Message} {unreadable.GetBaseException().Message}");
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is NodeStartException or IOException or SocketException)
        {
            terminal.Error(e.Message);
            return ExitCode.Unavailable;
        }
    }

    /// <summary>A thread of its own: reading standard input blocks, and the pool's threads are for others.</summary>
    private static void StopWhenEnded(Stream input, IHostApplicationLifetime lifetime)
    {
        var buffer = new byte[64];
        var watch = new Thread(() =>
        {
            while (input.Read(buffer) > 0)
            {
            }

            lifetime.StopApplication();
        })
        { IsBackground = true, Name = "standard input" };
        watch.Start();
    }
}
