using Quorate.Node.Storage;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.Workloads;

namespace Quorate.Simulation;

/// <summary>What kind of run a seed is drawn for.</summary>
public sealed record RunOptions
{
    private static SimOptions Default { get; } = new() { SegmentBytes = 32 * 1024 };

    public static RunOptions Synced { get; } = new();

    public static RunOptions Periodic { get; } = new()
    {
        Cluster = Default with { Durability = Durability.Periodic },
        Troubles = TroubleKind.Harmless,
    };

    public SimOptions Cluster { get; init; } = Default;

    public WorkloadOptions Workload { get; init; } = new();

    public IReadOnlyList<TroubleKind> Troubles { get; init; } = TroubleKind.HarmlessWhenSynced;

    /// <summary>Some of the kinds instead of all, drawn from the seed.</summary>
    public bool IsSwarm { get; init; } = true;

    /// <summary>The only node in the middle of trouble; null for any.</summary>
    public string? Victim { get; init; }

    /// <summary>Virtual time with trouble.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(10);
}
