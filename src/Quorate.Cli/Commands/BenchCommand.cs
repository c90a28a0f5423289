using System.Collections.Immutable;
using System.CommandLine;
using Quorate.Cli.Bench;
using Quorate.Cli.Client;
using Quorate.Cli.Output;
using Quorate.Client;
using Quorate.Core;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Commands;

internal sealed class BenchCommand(Terminal terminal, TimeProvider time)
{
    private const int MaxConnections = 10_000;
    private const int MaxPipeline = 10_000;
    private const int MaxSeconds = 24 * 60 * 60;
    private const int MaxKeys = 10_000_000;
    private const int MaxRate = 10_000_000;

    /// <summary>Each of them has a history.</summary>
    private const int MaxVerifiedKeys = 1_000_000;

    /// <summary>Of values in flight, which this process holds.</summary>
    private const long MaxBytesInFlight = 1024 * 1024 * 1024;

    private static readonly ListenAddress UsualPeer = new("127.0.0.1", 7401);

    private static readonly Dictionary<string, Routing> Routings = new()
    {
        ["via"] = Routing.ViaNode,
        ["token"] = Routing.TokenAware,
        ["direct"] = Routing.Direct,
    };

    private readonly Option<ImmutableArray<ListenAddress>> _nodes = new("--node")
    {
        Description = $"Nodes to ask, HOST:PORT of their Redis listeners, repeated or with commas; by default {ClientVerb.EndpointVariable} or {ClientVerb.DefaultEndpoint}.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = result => ParseNodes(ClientVerb.DefaultNode, result.AddError),
        CustomParser = result => ParseNodes(string.Join(',', result.Tokens.Select(token => token.Value)), result.AddError),
    };

    private readonly Option<string> _operation = new("--op") { Description = "What to do; mix is half gets, half puts.", DefaultValueFactory = _ => "mix" };
    private readonly Option<int> _connections = Number("--connections", "Connections, dealt out to the nodes in turn.", 50, 1, MaxConnections);
    private readonly Option<int> _pipeline = Number("--pipeline", "Requests in flight on each connection.", 1, 1, MaxPipeline);
    private readonly Option<int> _seconds = Number("--seconds", "How long to measure.", 10, 1, MaxSeconds);
    private readonly Option<int> _valueBytes = Number("--value-bytes", "The size of values.", 100, 1, Limits.Default.MaxValueBytes);
    private readonly Option<int> _keys = Number("--keys", "How many keys.", 100_000, 1, MaxKeys);
    private readonly Option<int> _seed = Number("--seed", "The same seed draws the same keys and operations.", 1, 0, int.MaxValue);

    private readonly Option<double> _theta = new("--zipf")
    {
        Description = "Skew: the i-th key is asked for 1 / i^THETA as often as the first. 0 makes all alike, 0.99 is usual.",
        HelpName = "THETA",
    };

    private readonly Option<int?> _rate = new("--rate")
    {
        Description = "Requests a second, sent whether or not earlier ones were answered and timed from when they were due; without it, the next follows the answer.",
        HelpName = "R",
    };

    private readonly Option<string?> _routing = new("--routing")
    {
        Description = "Ask through the .NET client instead of Redis' protocol: a home replica coordinates (token), the first node (via), or this process (direct). --node then takes peer addresses, by default 127.0.0.1:7401.",
    };

    private readonly Option<string> _tag = new("--tag") { Description = "A hash tag for all keys, so that the same replicas hold them.", DefaultValueFactory = _ => "" };

    private readonly Option<bool> _noLoad = new("--no-load") { Description = "Do not write every key first." };

    private readonly Option<bool> _verify = new("--verify")
    {
        Description = $"Check every read against what was acknowledged, for strict quorums with W + R > N; exits with {ExitCode.Broken} if one was wrong. Nobody else may write the keys meanwhile.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    public static Command Make(Terminal terminal, TimeProvider time) => new BenchCommand(terminal, time).Make();

    private Command Make()
    {
        _operation.AcceptOnlyFromAmong("get", "put", "mix");
        _routing.AcceptOnlyFromAmong([.. Routings.Keys]);
        _theta.Take(theta => theta is >= 0 and < 1, "--zipf takes 0 to below 1.");
        _rate.Take(rate => rate is null or (>= 1 and <= MaxRate), $"--rate takes 1 to {MaxRate}.");
        var command = new Command("bench", "Put load on a cluster and measure it. Uses keys that begin with 'bench:', and leaves them there.")
        {
            _nodes, _operation, _connections, _pipeline, _seconds, _valueBytes, _keys, _theta, _rate, _routing, _tag, _noLoad, _verify, _seed, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        BenchOptions options = Options(parsed);
        if (Contradiction(options) is { } problem)
        {
            terminal.Error(problem);
            return ExitCode.Usage;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var signals = new StopSignals(stopping);
        try
        {
            if (options.Routing is null) foreach (ListenAddress node in options.Nodes) (await RespClient.ConnectAsync(node, stopping.Token)).Dispose();
            BenchReport report = null!;
            await terminal.WhileWaitingAsync("connecting", async say => report = await new BenchRun(options, time, say).RunAsync(stopping.Token));
            if (parsed.GetValue(_json)) terminal.JsonOf(report);
            else BenchSummary.Print(terminal, report);
            return Judge(report);
        }
        catch (Exception e) when (e is NodeException or BenchException or OperationCanceledException)
        {
            terminal.Error(e.Message);
            return ExitCode.Unavailable;
        }
    }

    private static int Judge(BenchReport report)
    {
        if (report.Verify is { Wrong: > 0 }) return ExitCode.Broken;
        return report.All is null ? ExitCode.Unavailable : ExitCode.Ok;
    }

    private BenchOptions Options(ParseResult parsed) => new(
        parsed.GetValue(_routing) is not null && parsed.GetResult(_nodes)?.Implicit is null or true ? [UsualPeer] : parsed.GetValue(_nodes),
        Enum.Parse<BenchOperation>(parsed.GetRequiredValue(_operation), ignoreCase: true),
        parsed.GetValue(_connections),
        parsed.GetValue(_pipeline),
        parsed.GetValue(_seconds),
        parsed.GetValue(_valueBytes),
        parsed.GetValue(_keys),
        parsed.GetValue(_theta),
        parsed.GetValue(_rate),
        Load: !parsed.GetValue(_noLoad),
        parsed.GetValue(_verify),
        parsed.GetValue(_seed),
        parsed.GetValue(_routing) is { } routing ? Routings[routing] : null,
        parsed.GetRequiredValue(_tag));

    private static string? Contradiction(BenchOptions options)
    {
        if (options.Verify && options.ValueBytes < ValueStamp.Size)
            return $"--verify needs --value-bytes of {ValueStamp.Size} or more: values say who wrote them.";
        if (options.Verify && options.Keys > MaxVerifiedKeys)
            return $"--verify takes at most {MaxVerifiedKeys} --keys.";
        if ((long)options.Connections * options.Pipeline * options.ValueBytes > MaxBytesInFlight)
            return "--connections x --pipeline x --value-bytes is more than 1 GiB: lower one of them.";
        return null;
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Take(number => number >= least && number <= most, $"{name} takes {least} to {most}.");
        return option;
    }

    private static ImmutableArray<ListenAddress> ParseNodes(string text, Action<string> problem) =>
        [.. text.Split(',').Select(node => ClientVerb.ParseAddress(node, "--node", problem))];
}
