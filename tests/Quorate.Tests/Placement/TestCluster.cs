using System.Collections.Immutable;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Tests.Placement;

/// <summary>Made-up members, the same in every run, and what the tests count about their placement.</summary>
internal static class TestCluster
{
    private static readonly Endpoints Nowhere = new("", "", "", "");

    /// <param name="seed">Another seed, other node ids.</param>
    public static ImmutableArray<Member> Members(
        int count, Func<int, string>? zone = null, Func<int, int>? weight = null, ulong seed = 1) =>
        [.. Enumerable.Range(0, count).Select(i => new Member(
            new NodeId((seed * 1000 + (ulong)i) * 0xD1342543DE82EF95),
            $"n{i}",
            zone?.Invoke(i) ?? "",
            weight?.Invoke(i) ?? 1,
            Nowhere))];

    public static Topology Topology(
        int count, Func<int, string>? zone = null, Func<int, int>? weight = null, ulong seed = 1) =>
        new(1, Members(count, zone, weight, seed));

    public static Member Named(this Topology topology, string name)
    {
        if (!topology.TryFind(name, out int index)) throw new ArgumentException(name);
        return topology.Members[index];
    }

    public static Member[] HomesOf(this Topology topology, int partition, int n) =>
        [.. topology.PreferenceListOf(partition).HomeReplicas(n).ToArray().Select(index => topology.Members[index])];

    /// <summary>How many partitions each member is home to, in the order of the members.</summary>
    public static int[] Load(this Topology topology, int n)
    {
        var load = new int[topology.Members.Length];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            foreach (ushort member in topology.PreferenceListOf(partition).HomeReplicas(n)) load[member]++;
        }

        return load;
    }

    public static int LoadOf(this Topology topology, string name, int n) =>
        topology.Load(n)[topology.IndexOf(topology.Named(name).Id)];

    public static double FairShare(this Topology topology, int member, int n) =>
        (double)topology.Members[member].Weight * Partition.Count * n / topology.Members.Sum(other => (long)other.Weight);

    /// <summary>Home replicas that a change of topology makes of nodes that were not.</summary>
    public static int MovesTo(this Topology before, Topology after, int n) =>
        Enumerable.Range(0, Partition.Count).Sum(partition =>
            after.HomesOf(partition, n).ExceptBy(before.HomesOf(partition, n).Select(home => home.Id), home => home.Id).Count());
}
