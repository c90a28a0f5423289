using Quorate.Coordinator;
using Quorate.Core.Placement;

namespace Quorate.Tests.Resp;

internal sealed class FakeAdmin : INodeAdmin
{
    public Topology? Topology { get; set; }

    public HashSet<string> Disconnected { get; } = [];

    public string Durability { get; set; } = "fsync";

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
        "0000000000000001", "node-1", "a", Topology is null ? "forming" : "ready", "00000000000000aa", 1, 7, Durability, 12, 3456, 5, 1, 0,
        new SpaceFigures(3, 5000, 3000, 1000, true, 2, 1500, 2048, 4096, 9, 2, 700, 1),
        new CoordinatedCounts(1, 2, 3, 4, 5), 60,
        [
            .. new[] { "2", "3" }.Select(number => new PeerStatus(
                $"127.0.0.1:740{number}", $"000000000000000{number}", $"node-{number}", !Disconnected.Contains($"node-{number}"), 1, null, "alive", 1_000, new HintCounts(2, 3, 450, 7, 1), new RepairCounts(8, 2, 5, 4))),
        ],
        new GossipStatus(0, 10, 11, 1, 2, 3, 0),
        new RepairStatus(null, 16 * 1024 * 1024, 77, null),
        new TombstoneStatus(4, 1_700_000_000_000, "'node-3' does not answer", 2));
}
