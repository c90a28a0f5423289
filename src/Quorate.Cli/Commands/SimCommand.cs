using System.CommandLine;
using System.Globalization;
using Quorate.Cli.Output;
using Quorate.Cli.Sim;
using Quorate.Simulation;
using Quorate.Simulation.Troubles;

namespace Quorate.Cli.Commands;

/// <summary>Whole clusters on virtual time, for whoever wants to see them survive, or to replay a seed that failed.</summary>
internal static class SimCommand
{
    public static Command Make(Terminal terminal, TimeProvider time)
    {
        var seed = new Option<int?>("--seed") { Description = "Run one seed and show what happened.", HelpName = "S" };
        var seeds = new Option<string?>("--seeds") { Description = "Run many seeds.", HelpName = "A..B" };
        var seconds = new Option<int>("--seconds") { Description = "Simulated seconds a seed.", DefaultValueFactory = _ => 60 };
        var nodes = new Option<int>("--nodes") { Description = "Nodes of the cluster, 1 to 9.", DefaultValueFactory = _ => 5 };
        var trouble = new Option<string?>("--trouble") { Description = $"Kinds of trouble, with commas; a drawn choice of all by default. They are: {KindNames}." };
        var trace = new Option<FileInfo?>("--trace") { Description = "Write what happened, a line an event.", HelpName = "FILE" };
        var command = new Command("sim", "Simulate a cluster with trouble on virtual time: one seed is one run.") { seed, seeds, seconds, nodes, trouble, trace };
        command.SetAction(parsed =>
        {
            if (!TryReadSeeds(parsed.GetValue(seed), parsed.GetValue(seeds), out (int First, int Last) range))
                return Refuse(terminal, "Say which seeds: --seed 7, or --seeds 1..100.");
            if (!TryReadKinds(parsed.GetValue(trouble), out IReadOnlyList<TroubleKind>? kinds, out string? unknown))
                return Refuse(terminal, $"There is no trouble '{unknown}'. There are: {KindNames}.");
            if (parsed.GetValue(nodes) is < 1 or > 9 || parsed.GetValue(seconds) is < 1 or > 86_400)
                return Refuse(terminal, "--nodes goes from 1 to 9, --seconds from 1 to 86400.");

            RunOptions options = RunOptions.Of(parsed.GetValue(nodes), TimeSpan.FromSeconds(parsed.GetValue(seconds)), kinds);
            if (options.Troubles.Count == 0) return Refuse(terminal, $"Nothing of that can happen to a cluster of {parsed.GetValue(nodes)}.");
            string replay = $"--seconds {parsed.GetValue(seconds)} --nodes {parsed.GetValue(nodes)}"
                + (parsed.GetValue(trouble) is { } told ? $" --trouble {told}" : "");
            var session = new SimSession(terminal, time, options, replay, parsed.GetValue(trace));
            return range.First == range.Last && parsed.GetValue(seeds) is null ? session.RunOne(range.First) : session.RunMany(range.First, range.Last, mayBeTame: kinds is not null);
        });
        return command;
    }

    private static string KindNames => string.Join(", ", TroubleKind.All.Select(kind => kind.Name));

    private static bool TryReadSeeds(int? one, string? many, out (int First, int Last) range)
    {
        range = (one ?? 0, one ?? 0);
        if (many is null) return one is not null;
        string[] ends = many.Split("..");
        bool isRange = one is null && ends.Length == 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out range.First)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out range.Last);
        return isRange && range.First <= range.Last;
    }

    private static bool TryReadKinds(string? names, out IReadOnlyList<TroubleKind>? kinds, out string? unknown)
    {
        unknown = null;
        kinds = null;
        if (names is null) return true;

        string[] asked = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        unknown = asked.FirstOrDefault(name => TroubleKind.All.All(kind => kind.Name != name));
        kinds = [.. TroubleKind.All.Where(kind => asked.Contains(kind.Name))];
        return unknown is null && kinds.Count > 0;
    }

    private static int Refuse(Terminal terminal, string what)
    {
        terminal.Error(what);
        return ExitCode.Usage;
    }
}
