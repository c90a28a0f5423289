using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A kind of trouble: begins one of it with a node in its middle, the rest being drawn.</summary>
public sealed record TroubleKind(string Name, Func<SimCluster, SimNode, Random, Trouble> Begin)
{
    private const int MaxOffsetMilliseconds = 300_000;

    public static TroubleKind Kill { get; } = new("kill", (_, node, _) => new Outage(node, losesPower: false));

    public static TroubleKind PowerLoss { get; } = new("power loss", (_, node, _) => new Outage(node, losesPower: true));

    public static TroubleKind PowerCut { get; } = new("power cut", (cluster, _, _) => new PowerCut(cluster));

    public static TroubleKind Standstill { get; } = new("standstill", (_, node, _) => new Standstill(node));

    public static TroubleKind OneWayCut { get; } = new("one-way cut", (cluster, node, random) =>
    {
        string other = Other(cluster, node, random);
        return new Cut(cluster.Network, random.Next(2) == 0 ? [(node.Name, other)] : [(other, node.Name)]);
    });

    public static TroubleKind TwoWayCut { get; } = new("two-way cut", (cluster, node, random) =>
    {
        string other = Other(cluster, node, random);
        return new Cut(cluster.Network, [(node.Name, other), (other, node.Name)]);
    });

    public static TroubleKind Isolation { get; } = new("isolation", (cluster, node, _) =>
        new Cut(cluster.Network, [.. Others(cluster, node).SelectMany(other => new[] { (node.Name, other), (other, node.Name) })]));

    public static TroubleKind BrokenConnections { get; } = new("broken connections", (cluster, node, random) =>
        new BrokenConnections(cluster.Network, node.Name, random.Next(2) == 0 ? [Other(cluster, node, random)] : Others(cluster, node)));

    public static TroubleKind SlowHost { get; } = new("slow host", (cluster, node, random) =>
        new SlowHost(cluster.Network, node.Name, random.Next(5, 300)));

    /// <summary>Half of the offsets are near the limit of drift, where its judgement is hardest.</summary>
    public static TroubleKind WrongClock { get; } = new("wrong clock", (_, node, random) =>
    {
        int most = random.Next(2) == 0 ? 1_000 : MaxOffsetMilliseconds;
        return new WrongClock(node.Clock, node.Name, TimeSpan.FromMilliseconds(random.Next(-most, most)));
    });

    public static TroubleKind SlowDisk { get; } = new("slow disk", (_, node, random) => new SlowDisk(node, random.Next(1, 300)));

    public static TroubleKind FailingSync { get; } = new("failing sync", (_, node, _) => new FailingSync(node));

    public static TroubleKind FullDisk { get; } = new("full disk", (_, node, _) => new FullDisk(node));

    /// <summary>What costs no key any of its logs, whatever the durability.</summary>
    public static IReadOnlyList<TroubleKind> Harmless { get; } =
        [Kill, Standstill, OneWayCut, TwoWayCut, Isolation, BrokenConnections, SlowHost, SlowDisk, WrongClock, FullDisk];

    /// <summary>What costs none where all that is confirmed is synced.</summary>
    public static IReadOnlyList<TroubleKind> HarmlessWhenSynced { get; } = [.. Harmless, PowerLoss, PowerCut, FailingSync];

    private static string Other(SimCluster cluster, SimNode node, Random random)
    {
        string[] others = Others(cluster, node);
        return others[random.Next(others.Length)];
    }

    private static string[] Others(SimCluster cluster, SimNode node) =>
        [.. cluster.Nodes.Where(other => other != node).Select(other => other.Name)];
}
