using System.CommandLine;
using Quorate.Cli.Client;
using Quorate.Cli.Output;
using Quorate.Cli.Repair;

namespace Quorate.Cli.Commands;

/// <summary>An eager pass of anti-entropy over the cluster, which goes on by itself without anybody asking; and its pause.</summary>
internal sealed class RepairCommand(ClientVerb verb, TimeProvider time)
{
    private readonly Option<string?> _keyspace = new("--keyspace") { Description = "Mend this keyspace only.", HelpName = "K" };
    private readonly Option<bool> _now = new("--now") { Description = "Do not yield to clients' load. Repair:BytesPerSecond holds in any case." };
    private readonly Option<bool> _only = new("--only") { Description = "The node that is asked, not the whole cluster." };

    public static Command Make(ClientVerb verb, TimeProvider time) => new RepairCommand(verb, time).Make();

    private Command Make()
    {
        var command = new Command("repair", "Compare all replicas now and mend what differs. Anti-entropy does so all the time; this says when it is done. Safe to stop with Ctrl-C.")
        {
            verb.Node, verb.Json, _keyspace, _now, _only,
            MakeOrder("pause", "Let anti-entropy stand still until it is resumed; a node that restarts resumes.", "PAUSE", "paused"),
            MakeOrder("resume", "Let anti-entropy go on.", "RESUME", "resumed"),
            MakeAcceptance(),
            MakeOrder("stop", "End a pass that somebody started; what it mended stays mended.", "STOP", "stopped"),
        };
        command.SetAction((parsed, cancelled) => WithNodesAsync(parsed, nodes => RunAsync(parsed, nodes, cancelled), cancelled));
        return command;
    }

    private Command MakeOrder(string name, string description, string word, string done)
    {
        var command = new Command(name, description) { verb.Node, verb.Json, _only };
        command.SetAction((parsed, cancelled) => WithNodesAsync(parsed, nodes => OrderAsync(parsed, nodes, word, done, cancelled), cancelled));
        return command;
    }

    /// <summary>Never of more than one node at a time: the next may then be mended from this one.</summary>
    private Command MakeAcceptance()
    {
        const string description = "Let the unfit partitions of the node that is asked vote again with what can be had from whoever is fit: when too many replicas have "
            + "lost data, or N is 1. What only damaged logs held is lost. One node at a time: the next may be mended from it.";
        var command = new Command("accept-loss", description) { verb.Node, verb.Json };
        command.SetAction((parsed, cancelled) => WithNodesAsync(parsed, isAlone: true, nodes => OrderAsync(parsed, nodes, "ACCEPTLOSS", "mends with what can be had", cancelled), cancelled));
        return command;
    }

    private Task<int> WithNodesAsync(ParseResult parsed, Func<RepairNodes, Task<int>> work, CancellationToken cancelled) =>
        WithNodesAsync(parsed, parsed.GetValue(_only), work, cancelled);

    private async Task<int> WithNodesAsync(ParseResult parsed, bool isAlone, Func<RepairNodes, Task<int>> work, CancellationToken cancelled)
    {
        try
        {
            using RepairNodes nodes = await RepairNodes.ConnectAsync(parsed.GetValue(verb.Node), isAlone, cancelled);
            return await work(nodes);
        }
        catch (NodeException e)
        {
            verb.Terminal.Error(e.Message);
            return ExitCode.Unavailable;
        }
    }

    private async Task<int> OrderAsync(ParseResult parsed, RepairNodes nodes, string word, string done, CancellationToken cancelled)
    {
        var failed = new SortedDictionary<string, string>(nodes.Missing.ToDictionary(), StringComparer.Ordinal);
        foreach (RepairNode node in nodes.Reached)
        {
            if (await node.OrderAsync(cancelled, word) is { } why) failed[node.Name] = why;
            else if (!parsed.GetValue(verb.Json)) verb.Terminal.Line($"{node.Name} {done}");
        }

        if (parsed.GetValue(verb.Json)) verb.Terminal.JsonOf(new { done = nodes.Reached.Select(node => node.Name).Except(failed.Keys), failed });
        else Tell(failed);
        return failed.Count == 0 ? ExitCode.Ok : ExitCode.Unavailable;
    }

    private async Task<int> RunAsync(ParseResult parsed, RepairNodes nodes, CancellationToken cancelled)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var signals = new StopSignals(stopping);
        var run = new RepairRun(nodes, verb.Terminal, time);
        IReadOnlyDictionary<string, string> refused = await run.StartAsync(Words(parsed), cancelled);
        if (refused.Count > 0)
        {
            Tell(refused);
            return ExitCode.Usage;
        }

        await run.WatchAsync(stopping.Token);
        if (parsed.GetValue(verb.Json)) verb.Terminal.JsonOf(RepairSummary.Describe(nodes));
        else RepairSummary.Print(verb.Terminal, nodes);
        return RepairSummary.IsWhole(nodes) ? ExitCode.Ok : ExitCode.Unavailable;
    }

    private List<string> Words(ParseResult parsed)
    {
        List<string> words = ["START"];
        if (parsed.GetValue(_keyspace) is { } keyspace) words.AddRange(["KEYSPACE", keyspace]);
        if (parsed.GetValue(_now)) words.Add("NOW");
        if (parsed.GetValue(_only)) words.Add("WITHALL");
        return words;
    }

    private void Tell(IReadOnlyDictionary<string, string> failed)
    {
        foreach ((string name, string why) in failed) verb.Terminal.Error($"{name}: {why}");
    }
}
