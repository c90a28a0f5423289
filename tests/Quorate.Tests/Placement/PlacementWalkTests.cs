using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class PlacementWalkTests
{
    // Distinct nodes.

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Every_partition_lists_every_node_once(int nodes) => AssertEveryNodeOnce(TestCluster.Topology(nodes));

    [Fact]
    public void Any_cluster_lists_every_node_once_and_spreads_every_n_over_its_zones() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(AnyMembers, members =>
        {
            var topology = new Topology(1, members);
            AssertEveryNodeOnce(topology);
            AssertEvenOverZones(topology);
        }));

    [Fact]
    public void Home_replicas_of_a_smaller_n_are_the_first_of_a_larger()
    {
        Topology topology = TestCluster.Topology(7, zone: i => $"z{i % 3}");
        for (int n = 1; n < 7; n++)
            Assert.Equal(topology.HomesOf(99, n), topology.HomesOf(99, n + 1)[..n]);
    }

    // Zones.

    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(9, 3, 3)]
    [InlineData(10, 3, 3)]
    [InlineData(6, 2, 2)]
    [InlineData(10, 5, 3)]
    public void Three_replicas_sit_in_three_zones_or_in_all_there_are(int nodes, int zones, int used)
    {
        Topology topology = TestCluster.Topology(nodes, zone: i => $"z{i % zones}");
        for (int partition = 0; partition < Partition.Count; partition++)
            Assert.Equal(used, topology.HomesOf(partition, 3).Select(home => home.Zone).Distinct().Count());
    }

    [Fact]
    public void Five_replicas_in_three_zones_are_two_and_two_and_one_so_that_no_zone_takes_a_quorum_along()
    {
        Topology topology = TestCluster.Topology(12, zone: i => $"z{i % 3}");
        for (int partition = 0; partition < Partition.Count; partition++)
            Assert.Equal(2, topology.HomesOf(partition, 5).CountBy(home => home.Zone).Max(zone => zone.Value));
    }

    [Fact]
    public void A_zone_of_one_node_holds_every_partition_where_zones_are_as_many_as_replicas()
    {
        Topology topology = TestCluster.Topology(10, zone: i => i switch { 0 => "a", 1 => "b", _ => "c" });
        Assert.Equal(Partition.Count, topology.LoadOf("n0", 3));
        Assert.Equal(Partition.Count, topology.LoadOf("n1", 3));
        for (int i = 2; i < 10; i++) Assert.InRange(topology.LoadOf($"n{i}", 3), 100, 160); // 1024 over 8 is 128
    }

    // Shares.

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(50)]
    public void No_node_holds_more_than_a_tenth_above_its_fair_share(int nodes) =>
        AssertWithinCaps(seed => TestCluster.Topology(nodes, seed: seed));

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void No_node_holds_more_than_a_tenth_above_what_its_weight_says(int nodes) =>
        AssertWithinCaps(seed => TestCluster.Topology(nodes, weight: i => 1 + i % 3, seed: seed));

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(48)]
    public void No_node_of_equal_zones_holds_more_than_a_tenth_above_its_fair_share(int nodes) =>
        AssertWithinCaps(seed => TestCluster.Topology(nodes, zone: i => $"z{i % 3}", seed: seed));

    [Fact]
    public void Shares_follow_weights()
    {
        Topology topology = TestCluster.Topology(30, weight: i => i < 10 ? 1 : i < 20 ? 2 : 4);
        double[] loads = [.. Enumerable.Range(0, 3).Select(group =>
            Enumerable.Range(group * 10, 10).Average(i => topology.LoadOf($"n{i}", 3)))];
        Assert.InRange(loads[1] / loads[0], 1.8, 2.2);
        Assert.InRange(loads[2] / loads[0], 3.5, 4.4);
    }

    [Fact]
    public void Weights_say_shares_and_not_sizes()
    {
        Topology ones = TestCluster.Topology(5, weight: i => 1 + i);
        Topology thousands = TestCluster.Topology(5, weight: i => 1000 + i * 1000);
        Assert.Equal(0, ones.MovesTo(thousands, 3));
    }

    [Fact]
    public void A_node_too_heavy_for_its_share_holds_every_partition_and_the_others_the_rest_evenly()
    {
        Topology topology = TestCluster.Topology(5, weight: i => i == 0 ? 100 : 1);
        Assert.InRange(topology.LoadOf("n0", 3), 1000, Partition.Count);
        for (int i = 1; i < 5; i++) Assert.InRange(topology.LoadOf($"n{i}", 3), 460, 570); // 2048 over 4 is 512
    }

    // Movement.

    [Theory]
    [InlineData(3, 1.1)]
    [InlineData(5, 1.15)]
    [InlineData(10, 1.2)]
    [InlineData(49, 1.7)]
    public void A_node_that_joins_moves_little_more_than_it_takes(int nodes, double bound)
    {
        // Uncapped this is 1 on average. Measured over 30 clusters, at worst: 1.05, 1.07, 1.09 and 1.55: a cap passes
        // some partitions on, and with 21 partitions a node and rank there are more full nodes to pass them on.
        for (ulong seed = 1; seed <= 5; seed++)
        {
            ImmutableArray<Member> members = TestCluster.Members(nodes + 1, seed: seed);
            var before = new Topology(1, members[..nodes]);
            var after = new Topology(2, members);
            Assert.InRange(before.MovesTo(after, 3) / (3.0 * Partition.Count / (nodes + 1)), 0.8, bound);
        }
    }

    // A pure function.

    [Fact]
    public void Members_in_another_order_give_the_same_lists() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(AnyMembers, members =>
        {
            Topology one = new(1, members), other = new(2, [.. members.Reverse()]);
            Assert.Equal(Fingerprint(one), Fingerprint(other));
        }));

    [Fact]
    public void Names_and_addresses_do_not_move_data()
    {
        ImmutableArray<Member> members = TestCluster.Members(5, zone: i => $"z{i % 2}");
        var elsewhere = new Endpoints("a:1", "a:2", "a:3", "a:4");
        ImmutableArray<Member> renamed = [.. members.Select(member =>
            member with { Name = member.Name + "x", Zone = member.Zone + "x", Endpoints = elsewhere })];
        Assert.Equal(Fingerprint(new Topology(1, members)), Fingerprint(new Topology(1, renamed)));
    }

    [Fact]
    public void The_placement_of_this_cluster_never_changes()
    {
        // A change here moves the data of every cluster there is.
        Assert.Equal(0x7CD00FEFE5D3C39FUL, Fingerprint(TestCluster.Topology(5, zone: i => $"z{i % 3}", weight: i => 1 + i % 2)));
    }

    private static Arbitrary<ImmutableArray<Member>> AnyMembers =>
        (from nodes in Gen.Choose(1, 20)
         from seed in Gen.Choose(1, 1000)
         from zones in Gen.Choose(0, 4).ArrayOf(nodes)
         from weights in Gen.Choose(1, 8).ArrayOf(nodes)
         select TestCluster.Members(nodes, i => $"z{zones[i]}", i => weights[i], (ulong)seed)).ToArbitrary();

    private static void AssertEveryNodeOnce(Topology topology)
    {
        ushort[] all = [.. Enumerable.Range(0, topology.Members.Length).Select(i => (ushort)i)];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            ushort[] list = topology.PreferenceListOf(partition).Members.ToArray();
            Array.Sort(list);
            Assert.True(all.AsSpan().SequenceEqual(list));
        }
    }

    /// <summary>At every N, no zone with a node left over has two replicas fewer than another.</summary>
    private static void AssertEvenOverZones(Topology topology)
    {
        Dictionary<string, int> sizes = topology.Members.CountBy(member => member.Zone).ToDictionary();
        for (int partition = 0; partition < Partition.Count; partition += 31)
        {
            Dictionary<string, int> replicas = sizes.ToDictionary(zone => zone.Key, _ => 0);
            foreach (Member home in topology.HomesOf(partition, topology.Members.Length))
            {
                replicas[home.Zone]++;
                Assert.True(replicas.All(zone => zone.Value >= replicas[home.Zone] - 1 || zone.Value == sizes[zone.Key]));
            }
        }
    }

    private static void AssertWithinCaps(Func<ulong, Topology> cluster)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Topology topology = cluster(seed);
            for (int n = 1; n <= 3; n++)
            {
                int[] load = topology.Load(n);
                for (int member = 0; member < load.Length; member++)
                    Assert.InRange(load[member], 0, (int)Math.Ceiling(1.1 * topology.FairShare(member, n) - 1e-6));
            }
        }
    }

    /// <summary>FNV-1a over all lists, as ids.</summary>
    private static ulong Fingerprint(Topology topology)
    {
        ulong hash = 0xCBF29CE484222325;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            foreach (ushort member in topology.PreferenceListOf(partition).Members)
                hash = (hash ^ topology.Members[member].Id.Value) * 0x100000001B3;
        }

        return hash;
    }
}
