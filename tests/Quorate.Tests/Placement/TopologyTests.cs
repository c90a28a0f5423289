using System.Collections.Immutable;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class TopologyTests
{
    [Fact]
    public void Members_are_kept_in_the_order_of_their_ids_and_found_by_id_and_name()
    {
        Topology topology = TestCluster.Topology(20);
        Assert.Equal(topology.Members.OrderBy(member => member.Id), topology.Members);
        for (int i = 0; i < topology.Members.Length; i++)
        {
            Assert.Equal(i, topology.IndexOf(topology.Members[i].Id));
            Assert.True(topology.TryFind(topology.Members[i].Name, out int index));
            Assert.Equal(i, index);
        }
    }

    [Fact]
    public void A_stranger_is_not_found()
    {
        Topology topology = TestCluster.Topology(3);
        Assert.Equal(-1, topology.IndexOf(new NodeId(42)));
        Assert.Equal(-1, topology.IndexOf(new NodeId(0xFFFF_FFFF_FFFF_FFFF)));
        Assert.False(topology.TryFind("N0", out _));
    }

    [Fact]
    public void Finding_a_preference_list_allocates_nothing()
    {
        Topology topology = TestCluster.Topology(5);
        int sum = 0;
        Assert.Equal(0, Allocation.OfWarm(() =>
        {
            for (int partition = 0; partition < Partition.Count; partition++)
                sum += topology.PreferenceListOf(partition).HomeReplicas(3)[0];
        }));
        Assert.True(sum > 0);
    }

    [Fact]
    public void Impossible_members_are_refused()
    {
        ImmutableArray<Member> three = TestCluster.Members(3);
        AssertRefused([]);
        AssertRefused(TestCluster.Members(Topology.MaxMembers + 1));
        AssertRefused(three.SetItem(1, three[1] with { Id = three[0].Id }));
        AssertRefused(three.SetItem(1, three[1] with { Name = three[0].Name }));
        AssertRefused(three.SetItem(1, three[1] with { Weight = 0 }));
    }

    private static void AssertRefused(ImmutableArray<Member> members) =>
        Assert.Throws<ArgumentException>(() => new Topology(1, members));
}
