using Quorate.Simulation;

namespace Quorate.Scenarios;

/// <summary>The kinds of runs that tests draw seeds for, by name.</summary>
public static class Kinds
{
    /// <summary>What `quorate sim` runs.</summary>
    public const string Sim = "sim";

    public static RunOptions Named(string name) => name switch
    {
        Sim => RunOptions.Of(nodes: 5, TimeSpan.FromSeconds(60), troubles: null),
        nameof(RunOptions.Synced) => RunOptions.Synced,
        nameof(RunOptions.Periodic) => RunOptions.Periodic,
        nameof(RunOptions.FiveNodes) => RunOptions.FiveNodes,
        nameof(RunOptions.Clients) => RunOptions.Clients,
        nameof(RunOptions.ClientsAtOneKey) => RunOptions.ClientsAtOneKey,
        nameof(RunOptions.OneHotKey) => RunOptions.OneHotKey,
        nameof(RunOptions.PowerCuts) => RunOptions.PowerCuts,
        nameof(RunOptions.OneWrongClock) => RunOptions.OneWrongClock,
        nameof(RunOptions.Clears) => RunOptions.Clears,
        nameof(RunOptions.ClearsByAWrongClock) => RunOptions.ClearsByAWrongClock,
        _ => throw new ArgumentException($"There is no kind of run '{name}'.", nameof(name)),
    };
}
