using Quorate.Cli.Output;
using Quorate.Coordinator;

namespace Quorate.Cli.Repair;

/// <summary>What an eager pass came to.</summary>
internal static class RepairSummary
{
    /// <summary>Whether every replica was compared with every other.</summary>
    public static bool IsWhole(RepairNodes nodes) =>
        nodes.Missing.Count == 0 && nodes.Reached.All(node => node.Lost is null && node.Status.Pass is { State: "done", NotCompared.Count: 0 });

    public static object Describe(RepairNodes nodes) => new
    {
        nodes = nodes.Reached.ToDictionary(node => node.Name, node => node.Status.Pass),
        away = Away(nodes),
    };

    public static void Print(Terminal terminal, RepairNodes nodes)
    {
        terminal.Table(
            ["node", "pass", "compared", "differing", "fetched", "given", "time"],
            nodes.Reached.Where(node => node.Status.Pass is not null).Select(node => Row(node.Name, node.Lost is null ? node.Status.Pass!.State : "lost", node.Status.Pass!)));
        IReadOnlyDictionary<string, string> away = Away(nodes);
        if (away.Count == 0) return;
        terminal.Line("");
        terminal.Line($"{away.Count} of the replicas could not be compared, or not fully; repair again when they are back:");
        foreach ((string name, string why) in away) terminal.Line($"  {name}: {why}");
    }

    private static string[] Row(string name, string state, RepairPassStatus pass) =>
        [name, state, $"{pass.Compared} of {pass.Partitions}", $"{pass.Differing}", $"{pass.Fetched}", $"{pass.Given}", $"{pass.Seconds:0.0} s"];

    /// <summary>By name, with what is known of why.</summary>
    private static SortedDictionary<string, string> Away(RepairNodes nodes)
    {
        var away = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (RepairNode node in nodes.Reached)
        {
            if (node.Lost is { } why) Add(node.Name, why);
            foreach (NotCompared other in node.Status.Pass?.NotCompared ?? []) Add(other.Name, $"{other.Partitions} partitions by {node.Name}: {other.Why}");
        }

        foreach ((string name, string why) in nodes.Missing) Add(name, why);
        return away;

        void Add(string name, string why) => away[name] = away.TryGetValue(name, out string? others) ? $"{others}; {why}" : why;
    }
}
