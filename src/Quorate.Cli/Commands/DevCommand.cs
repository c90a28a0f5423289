using System.Collections.Immutable;
using System.CommandLine;
using Quorate.Cli.Dev;
using Quorate.Cli.Output;

namespace Quorate.Cli.Commands;

internal sealed class DevCommand(Terminal terminal, TimeProvider time)
{
    private const string Memory = "memory";

    private readonly Option<int> _nodes = new("--nodes") { Description = $"How many nodes, 1 to {DevPlan.MaxNodes}.", DefaultValueFactory = _ => DevPlan.DefaultNodes };

    private readonly Option<int> _portBase = new("--port-base")
    {
        Description = "Node i listens at this + i (Redis), + 10 + i (Redis Cluster), + 1000 + i (peers) and + 2000 + i (HTTP).",
        DefaultValueFactory = _ => DevPlan.DefaultPortBase,
    };

    private readonly Option<string> _data = new("--data") { Description = "Where the nodes keep their data and logs.", DefaultValueFactory = _ => Path.Combine(".quorate", "dev") };

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Delete the data first." };

    private readonly Option<string> _durability = new("--durability") { Description = "fsync, periodic or memory.", DefaultValueFactory = _ => "fsync" };

    public static Command Make(Terminal terminal, TimeProvider time) => new DevCommand(terminal, time).Make();

    private Command Make()
    {
        _nodes.Take(nodes => nodes is >= 1 and <= DevPlan.MaxNodes, $"--nodes takes 1 to {DevPlan.MaxNodes}.");
        _portBase.Take(portBase => portBase is >= 1 and <= DevPlan.MaxPortBase, $"--port-base takes 1 to {DevPlan.MaxPortBase}.");
        _durability.Take(durability => durability is "fsync" or "periodic" or Memory, "--durability takes fsync, periodic or memory.");
        var command = new Command("dev", "Start a whole cluster on this machine.") { _nodes, _portBase, _data, _fresh, _durability };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        string data = parsed.GetRequiredValue(_data);
        string durability = parsed.GetRequiredValue(_durability);
        ImmutableArray<DevNode> nodes = DevPlan.Make(parsed.GetValue(_nodes), parsed.GetValue(_portBase), data, durability);
        using var stopping = new CancellationTokenSource();
        using var signals = new StopSignals(stopping);
        try
        {
            PortCheck.Check(nodes);
            using DevData held = DevData.Open(data, nodes.Length, onDisk: durability != Memory, parsed.GetValue(_fresh));
            return await RunAsync(nodes, data, durability, stopping.Token);
        }
        catch (DevException e)
        {
            terminal.Error(e.Message);
            return ExitCode.Unavailable;
        }
    }

    private async Task<int> RunAsync(ImmutableArray<DevNode> nodes, string data, string durability, CancellationToken stopping)
    {
        using var cluster = new DevCluster(terminal, time);
        try
        {
            cluster.Start(nodes, data);
            terminal.Table(["node", "Redis", "Redis Cluster", "HTTP", "peers", "pid"], cluster.Rows());
            terminal.Line(Meaning(durability));
            terminal.Line($"Data and logs are in {data}. Ctrl-C stops all nodes.");
            await terminal.WhileWaitingAsync("waiting until every node has heard the others", () => cluster.WaitUntilReadyAsync(stopping));
            terminal.Success("ready");
            await cluster.WatchAsync(canRestart: durability != Memory, stopping);
            terminal.Error("No node is left.");
            return ExitCode.Unavailable;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        finally
        {
            await cluster.StopAsync();
        }
    }

    private static string Meaning(string durability) => durability switch
    {
        "fsync" => "Durability fsync: a write is acknowledged once a quorum has it on disk, and survives power loss.",
        "periodic" => "Durability periodic: a write is acknowledged once a quorum has it in the operating system's hands; it survives a killed process, and power loss after a second.",
        _ => "Durability memory: nothing is written to disk; this cluster ends with its processes.",
    };
}
