using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>Which ways between hosts something is wrong with; a node is in the middle of it.</summary>
internal static class Ways
{
    public static (string From, string To)[] OneOf(SimCluster cluster, SimNode node, Random random)
    {
        string other = Other(cluster, node, random);
        return random.Next(2) == 0 ? [(node.Name, other)] : [(other, node.Name)];
    }

    public static (string From, string To)[] ToAndFromOne(SimCluster cluster, SimNode node, Random random) => Both(node.Name, Other(cluster, node, random));

    public static (string From, string To)[] ToAndFromAll(SimCluster cluster, SimNode node, Random random) =>
        [.. Others(cluster, node).SelectMany(other => Both(node.Name, other))];

    /// <summary>One way, a pair, or all of the node's.</summary>
    public static (string From, string To)[] Some(SimCluster cluster, SimNode node, Random random) => random.Next(3) switch
    {
        0 => OneOf(cluster, node, random),
        1 => ToAndFromOne(cluster, node, random),
        _ => ToAndFromAll(cluster, node, random),
    };

    /// <summary>Between two halves of the others.</summary>
    public static (string From, string To)[] BetweenHalves(SimCluster cluster, SimNode node, Random random)
    {
        string[] others = Others(cluster, node);
        random.Shuffle(others);
        int half = others.Length / 2;
        return [.. others[..half].SelectMany(one => others[half..].SelectMany(other => Both(one, other)))];
    }

    /// <summary>Between all that are not neighbours on a ring of all nodes.</summary>
    public static (string From, string To)[] AcrossRing(SimCluster cluster, SimNode node, Random random)
    {
        string[] ring = [.. cluster.Nodes.Select(member => member.Name)];
        random.Shuffle(ring);
        return
        [
            .. from one in Enumerable.Range(0, ring.Length)
               from other in Enumerable.Range(one + 2, Math.Max(0, ring.Length - one - 2))
               where (other + 1) % ring.Length != one
               from way in Both(ring[one], ring[other])
               select way,
        ];
    }

    public static string Other(SimCluster cluster, SimNode node, Random random)
    {
        string[] others = Others(cluster, node);
        return others[random.Next(others.Length)];
    }

    public static string[] Others(SimCluster cluster, SimNode node) =>
        [.. cluster.Nodes.Where(other => other != node).Select(other => other.Name)];

    private static (string From, string To)[] Both(string one, string other) => [(one, other), (other, one)];
}
