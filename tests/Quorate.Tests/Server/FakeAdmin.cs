using Quorate.Coordinator;
using Quorate.Core.Placement;

namespace Quorate.Tests.Server;

internal sealed class FakeAdmin : INodeAdmin
{
    public Topology? Topology { get; set; } = FakeDatabase.Topology;

    public bool IsReady { get; set; } = true;

    /// <summary>What it was told, in order.</summary>
    public List<RepairOrder> Orders { get; } = [];

    /// <summary>What it answers to orders.</summary>
    public string? Refusal { get; set; }

    public string? Repair(RepairOrder order)
    {
        Orders.Add(order);
        return Refusal;
    }

    public NodeStatus Status() => new(
        Id: "0000000000000001",
        Name: "a",
        Zone: "default",
        State: Topology is null ? "forming" : "ready",
        ClusterId: Topology?.ClusterId.ToString() ?? "",
        Epoch: Topology?.Epoch ?? 0,
        Start: 3,
        Durability: "fsync",
        Entries: 12,
        Bytes: 3456,
        Hints: 5,
        HintsDropped: 1,
        Unfit: 0,
        new SpaceFigures(3, 5000, 3000, 1000, true, 2, 1500, 2048, 4096, 9, 2, 700, 1),
        new CoordinatedCounts(Reads: 5, Writes: 7, Repairs: 0, Restamps: 0, Failures: 1),
        UptimeSeconds: 42,
        [
            new PeerStatus("127.0.0.1:7402", "0000000000000002", "b", Connected: true, 1, null, "alive", 1_000, new HintCounts(2, 3, 450, 7, 1)),
            new PeerStatus("127.0.0.1:7403", "", "", Connected: false, null, "connection refused", "", null),
        ],
        new GossipStatus(Health: 0, Sent: 10, Received: 11, Malformed: 0, Foreign: 0, Strangers: 0, SendFailures: 0),
        new RepairStatus(null, 16 * 1024 * 1024, 0, null),
        new TombstoneStatus(4, 1_700_000_000_000, "'node-3' does not answer", 2));
}
