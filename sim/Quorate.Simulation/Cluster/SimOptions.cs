using Quorate.Client;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Node;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;

namespace Quorate.Simulation.Cluster;

/// <summary>What all nodes of a simulated cluster are told.</summary>
public sealed record SimOptions
{
    public int Nodes { get; init; } = 3;

    /// <summary>Of the clients x1, x2, ….</summary>
    public IReadOnlyList<Routing> Routings { get; init; } = [];

    /// <summary>At most so many further clients: the seed draws how many, and their routings.</summary>
    public int DrawnClients { get; init; }

    public Durability Durability { get; init; } = Durability.Fsync;

    public KeyspaceTable Keyspaces { get; init; } = new([]);

    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Small, so that a run goes through several.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024;

    public TimeSpan TombstoneAge { get; init; } = NodeOptions.DefaultTombstoneAge;

    public HintLimits Hints { get; init; } = new();

    /// <summary>Of a node's anti-entropy.</summary>
    public long RepairBytesPerSecond { get; init; } = NodeOptions.UsualRepairBytesPerSecond;

    /// <summary>Of values; beyond it they are read from disk.</summary>
    public long ValueMemoryBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Of unanswered requests to a peer.</summary>
    public long MaxInFlightBytes { get; init; } = 64 * 1024 * 1024;
}
