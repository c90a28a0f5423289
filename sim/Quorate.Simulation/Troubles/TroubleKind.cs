using Quorate.Simulation.Cluster;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>A kind of trouble: begins one of it with a node in its middle, the rest being drawn; or none, where it cannot be now.</summary>
/// <param name="Name">As one writes it on a command line.</param>
public sealed record TroubleKind(string Name, Func<SimCluster, SimNode, Random, Trouble?> Begin)
{
    /// <summary>What it takes from the log of each node that it happens to.</summary>
    public Loss Loss { get; init; }

    /// <summary>Whether it makes a clock show what is not so.</summary>
    public bool TouchesClocks { get; init; }

    /// <summary>It lasts for several ages of a tombstone: to those who are away, days.</summary>
    public bool IsLong { get; init; }

    /// <summary>With fewer it is no trouble.</summary>
    public int LeastNodes { get; init; } = 1;

    public static TroubleKind Kill { get; } = new("kill", (_, node, _) => new Outage(node, losesPower: false));

    public static TroubleKind LongAbsence { get; } = new("long-absence", (_, node, _) => new Outage(node, losesPower: false)) { IsLong = true };

    public static TroubleKind PowerLoss { get; } = new("power-loss", (_, node, _) => new Outage(node, losesPower: true)) { Loss = Loss.Unsynced };

    public static TroubleKind PowerCut { get; } = new("power-cut", (cluster, _, _) => new PowerCut(cluster)) { Loss = Loss.Unsynced };

    public static TroubleKind PoliteRestart { get; } = new("polite-restart", (_, node, _) => new PoliteRestart(node));

    public static TroubleKind Standstill { get; } = new("standstill", (_, node, _) => new Standstill(node));

    public static TroubleKind OneWayCut { get; } = OnLinks("one-way-cut", Ways.OneOf, _ => Cut);

    public static TroubleKind TwoWayCut { get; } = OnLinks("two-way-cut", Ways.ToAndFromOne, _ => Cut);

    public static TroubleKind Isolation { get; } = OnLinks("isolation", Ways.ToAndFromAll, _ => Cut);

    public static TroubleKind Flapping { get; } = new("flapping", (cluster, node, random) => new Flapping(cluster, node, random)) { LeastNodes = 2 };

    /// <summary>Two halves that see the node in the middle and not each other.</summary>
    public static TroubleKind BridgePartition { get; } = OnLinks("bridge-partition", Ways.BetweenHalves, _ => Cut) with { LeastNodes = 3 };

    /// <summary>Each node sees two others only.</summary>
    public static TroubleKind RingPartition { get; } = OnLinks("ring-partition", Ways.AcrossRing, _ => Cut) with { LeastNodes = 4 };

    public static TroubleKind BrokenConnections { get; } = new("broken-connections", (cluster, node, random) =>
        new BrokenConnections(cluster.Network, node.Name, random.Next(2) == 0 ? [Ways.Other(cluster, node, random)] : Ways.Others(cluster, node)))
    {
        LeastNodes = 2,
    };

    public static TroubleKind SlowHost { get; } = OnLinks("slow-host", Ways.ToAndFromAll, random => Slow(random.Next(5, 300)));

    /// <summary>One way may take longer than a request's patience, while the way back is quick.</summary>
    public static TroubleKind SlowLink { get; } = OnLinks("slow-link", Ways.Some, random => Slow(random.Next(5, 3_000)));

    public static TroubleKind LostMessages { get; } = OnLinks("lost-messages", Ways.Some, random => new() { LostPercent = random.Next(1, 60) });

    public static TroubleKind DoubledMessages { get; } = OnLinks("doubled-messages", Ways.Some, random => new() { DoubledPercent = random.Next(1, 100) });

    public static TroubleKind ReorderedMessages { get; } = OnLinks("reordered-messages", Ways.Some, random => new() { OvertakenPercent = random.Next(1, 60) });

    /// <summary>While the node runs; or it comes back from a restart under that clock, which it refuses where it is far behind.</summary>
    public static TroubleKind WrongClock { get; } = new("wrong-clock", (_, node, random) =>
    {
        bool isAtStart = random.Next(2) == 0;
        int most = isAtStart ? MostOffAtStart : MostOff(random);
        var trouble = new WrongClock(node, TimeSpan.FromMilliseconds(random.Next(-most, most)));
        if (isAtStart) node.Restart();
        return trouble;
    })
    {
        TouchesClocks = true,
    };

    /// <summary>As bad as oscillators are, or so wild that the limit of drift is passed within seconds.</summary>
    public static TroubleKind DriftingClock { get; } = new("drifting-clock", (_, node, random) =>
    {
        int most = random.Next(2) == 0 ? 500 : 300_000;
        return new WrongClock(node, random.Next(-most, most));
    })
    {
        TouchesClocks = true,
    };

    public static TroubleKind JumpingClock { get; } = new("jumping-clock", (_, node, random) => new JumpingClock(node, random, MostOff(random))) { TouchesClocks = true };

    /// <summary>A node's, or those of all, as where they share one: then nobody has synced what was asked last.</summary>
    public static TroubleKind SlowDisk { get; } = new("slow-disk", (cluster, node, random) =>
        new SlowDisk(random.Next(3) == 0 ? cluster.Nodes : [node], random.Next(1, 300)));

    public static TroubleKind FailingSync { get; } = new("failing-sync", (_, node, _) => new FailingSync(node)) { Loss = Loss.Unsynced };

    public static TroubleKind FullDisk { get; } = new("full-disk", (_, node, _) => new FullDisk(node));

    public static TroubleKind FlippedBit { get; } = new("flipped-bit", (_, node, random) => Troubles.FlippedBit.TryBegin(node, random)) { Loss = Loss.Records };

    public static TroubleKind RepairOrders { get; } = new("repair-orders", (_, node, random) => new RepairOrders(node, random)) { LeastNodes = 2 };

    /// <summary>Replicas stay different for longer than tombstones are kept.</summary>
    public static TroubleKind LongPause { get; } = new("long-pause", (_, node, _) => Troubles.RepairOrders.Pause(node)) { IsLong = true, LeastNodes = 2 };

    public static TroubleKind WipedDisk { get; } = new("wiped-disk", (_, node, _) => new WipedDisk(node)) { Loss = Loss.Records };

    public static IReadOnlyList<TroubleKind> All { get; } =
    [
        Kill, LongAbsence, PowerLoss, PowerCut, PoliteRestart, Standstill, OneWayCut, TwoWayCut, Isolation, Flapping, BridgePartition, RingPartition, BrokenConnections,
        SlowHost, SlowLink, LostMessages, DoubledMessages, ReorderedMessages, WrongClock, DriftingClock, JumpingClock, SlowDisk,
        FailingSync, FullDisk, FlippedBit, WipedDisk, RepairOrders, LongPause,
    ];

    /// <summary>Milliseconds: somewhat beyond the limit of drift.</summary>
    private const int MostOffAtStart = 600;

    private static Impairment Cut => new() { IsCut = true };

    private static Impairment Slow(int milliseconds) => new() { Slowness = milliseconds * 1000 };

    private static TroubleKind OnLinks(
        string name, Func<SimCluster, SimNode, Random, (string From, string To)[]> ways, Func<Random, Impairment> draw) =>
        new(name, (cluster, node, random) => new BadLinks(cluster.Network, name, ways(cluster, node, random), draw(random))) { LeastNodes = 2 };

    /// <summary>Milliseconds: near the limit of drift, where its judgement is hardest; minutes; or what a wrong time zone makes.</summary>
    private static int MostOff(Random random) => random.Next(3) switch { 0 => 1_000, 1 => 300_000, _ => 3_600_000 };
}
