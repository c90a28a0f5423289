using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class ClusterIdTests
{
    private static readonly Member[] Two = [.. TestCluster.Members(2).OrderBy(member => member.Id)];

    [Fact]
    public void The_same_members_have_the_same_id_in_every_process() =>
        Assert.Equal("b4be486a1acc8303", ClusterId.Of(Two).ToString());

    [Fact]
    public void It_stays_when_a_member_moves_house_or_gains_weight()
    {
        Member moved = Two[0] with { Endpoints = new Endpoints("b:1", "b:2", "b:3", "b:4"), Zone = "west", Weight = 9 };
        Assert.Equal(ClusterId.Of(Two), ClusterId.Of([moved, Two[1]]));
    }

    [Fact]
    public void It_differs_when_a_member_does()
    {
        ClusterId[] ids =
        [
            ClusterId.Of(Two),
            ClusterId.Of([Two[0]]),
            ClusterId.Of([Two[0] with { Name = "other" }, Two[1]]),
            ClusterId.Of([Two[0], Two[1] with { Id = new NodeId(5) }]),
            ClusterId.Of([Two[0] with { Name = Two[1].Name }, Two[1] with { Name = Two[0].Name }]),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void It_is_printed_as_sixteen_hex_digits_and_read_again()
    {
        Assert.Equal("000000000000000a", new ClusterId(10).ToString());
        Assert.Equal(ClusterId.Of(Two), ClusterId.Parse(ClusterId.Of(Two).ToString()));
    }
}
