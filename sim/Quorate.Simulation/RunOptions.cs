using Quorate.Client;
using Quorate.Core;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.Workloads;

namespace Quorate.Simulation;

/// <summary>What kind of run a seed is drawn for.</summary>
public sealed record RunOptions
{
    /// <summary>Little of everything, so that a run meets the limits: a dozen segments, values on disk, full tables and connections, hints that are dropped, tombstones that go.</summary>
    private static SimOptions Default { get; } = new()
    {
        SegmentBytes = 32 * 1024,
        ValueMemoryBytes = 1024,
        MaxInFlightBytes = 32 * 1024,
        TombstoneAge = TimeSpan.FromSeconds(5),
        Hints = new HintLimits(Bytes: 12 * 1024, AgeMilliseconds: 30_000),
        RepairBytesPerSecond = 32 * 1024,
        Limits = new Limits(MaxKeyBytes: 64, MaxValueBytes: 8 * 1024, MaxRequests: 24, MaxHeldBytes: 32 * 1024),
    };

    /// <summary>Three nodes that confirm what is synced: any trouble is allowed.</summary>
    public static RunOptions Synced { get; } = new();

    /// <summary>Three nodes that sync each second: they may be killed, but the budget has no power loss for them.</summary>
    public static RunOptions Periodic { get; } = new()
    {
        Cluster = Default with { Durability = Durability.Periodic },
    };

    /// <summary>What `quorate sim` runs: any trouble, enough clients that the cluster is never idle.</summary>
    /// <param name="troubles">Kinds to make; null for some that are drawn from all.</param>
    public static RunOptions Of(int nodes, TimeSpan length, IReadOnlyList<TroubleKind>? troubles) => new()
    {
        Cluster = Default with { Nodes = nodes, DrawnClients = 3 },
        Workload = new WorkloadOptions(Clients: 32, MostKeys: 8, MostPercentClears: 5, MayBeQuiet: true),
        Length = length,
        Troubles = new Budget(nodes, Default.Durability).Possible(troubles ?? TroubleKind.All),
        IsSwarm = troubles is null,
    };

    /// <summary>Coordinators that are not home to a key.</summary>
    public static RunOptions FiveNodes { get; } = new() { Cluster = Default with { Nodes = 5 } };

    /// <summary>Clients of all routings beside those that ask nodes as Redis clients do.</summary>
    public static RunOptions Clients { get; } = new() { Cluster = Default with { Nodes = 5, Routings = Enum.GetValues<Routing>(), DrawnClients = 4 } };

    /// <summary>Clears of the keyspace amid writes of few keys, so that they meet.</summary>
    public static RunOptions Clears { get; } = new()
    {
        Workload = new WorkloadOptions(Clients: 12, MostKeys: 2, MeanThinkMicroseconds: 3_000, MostPercentClears: 8),
        Length = TimeSpan.FromSeconds(4),
    };

    /// <summary>Many clients at one key.</summary>
    public static RunOptions OneHotKey { get; } = new()
    {
        Workload = new WorkloadOptions(Clients: 12, MostKeys: 1, MeanThinkMicroseconds: 3_000),
        Length = TimeSpan.FromSeconds(3),
    };

    /// <summary>Clients of all routings at one key, where much is stamped again.</summary>
    public static RunOptions ClientsAtOneKey { get; } = Clients with { Workload = OneHotKey.Workload, Length = OneHotKey.Length };

    /// <summary>Slow disks, connections that break and power that goes again and again, with few keys to hide in.</summary>
    public static RunOptions PowerCuts { get; } = new()
    {
        Cluster = Default with { Nodes = 4 },
        Workload = new WorkloadOptions(Clients: 12, MostKeys: 2, MeanThinkMicroseconds: 3_000),
        Length = TimeSpan.FromSeconds(5),
        IsSwarm = false,
        Troubles =
        [
            TroubleKind.PowerCut, TroubleKind.PowerCut, TroubleKind.PowerLoss, TroubleKind.SlowDisk, TroubleKind.SlowDisk,
            TroubleKind.SlowHost, TroubleKind.BrokenConnections, TroubleKind.BrokenConnections,
        ],
    };

    /// <summary>One bad node of three: its clock jumps both ways, it is restarted and cut off; the other two are well.</summary>
    public static RunOptions OneWrongClock { get; } = new()
    {
        Victim = "c",
        // Requests that linger for the bad node, or values of a few KB on a slow disk, are no reason to refuse others, which this kind of run must not see.
        Cluster = Default with { SegmentBytes = 256 * 1024, Limits = Default.Limits with { MaxRequests = 200, MaxHeldBytes = 256 * 1024 } },
        Workload = new WorkloadOptions(PercentOtherLevels: 0, MostPercentSloppy: 0),
        IsSwarm = false,
        Troubles =
        [
            TroubleKind.WrongClock, TroubleKind.WrongClock, TroubleKind.WrongClock, TroubleKind.Kill, TroubleKind.PowerLoss,
            TroubleKind.OneWayCut, TroubleKind.TwoWayCut, TroubleKind.Isolation, TroubleKind.BrokenConnections,
        ],
    };

    /// <summary>Clears amid writes, with one bad node.</summary>
    public static RunOptions ClearsByAWrongClock { get; } = OneWrongClock with
    {
        Workload = new WorkloadOptions(Clients: 8, MostKeys: 2, MeanThinkMicroseconds: 10_000, PercentOtherLevels: 0, MostPercentClears: 8),
    };

    public SimOptions Cluster { get; init; } = Default;

    public WorkloadOptions Workload { get; init; } = new();

    /// <summary>Those of them that can be in such a cluster, and cost no key W of its logs.</summary>
    public IReadOnlyList<TroubleKind> Troubles { get; init; } = TroubleKind.All;

    /// <summary>Some of the kinds instead of all, drawn from the seed.</summary>
    public bool IsSwarm { get; init; } = true;

    /// <summary>The only node in the middle of trouble; null for any.</summary>
    public string? Victim { get; init; }

    /// <summary>Virtual time with trouble.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(10);
}
