using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class PreferenceListTests
{
    private static readonly ushort[] Order = [2, 0, 3, 1];

    private static PreferenceList List => new(Order);

    [Theory]
    [InlineData(1, new ushort[] { 2 }, new ushort[] { 0, 3, 1 })]
    [InlineData(3, new ushort[] { 2, 0, 3 }, new ushort[] { 1 })]
    [InlineData(4, new ushort[] { 2, 0, 3, 1 }, new ushort[0])]
    [InlineData(9, new ushort[] { 2, 0, 3, 1 }, new ushort[0])]
    public void The_first_n_are_home_and_the_others_stand_in(int n, ushort[] homes, ushort[] fallbacks)
    {
        Assert.Equal(homes, List.HomeReplicas(n).ToArray());
        Assert.Equal(fallbacks, List.Fallbacks(n).ToArray());
    }

    [Fact]
    public void A_rank_finds_its_member_and_a_member_its_rank()
    {
        for (int rank = 0; rank < List.Count; rank++) Assert.Equal(rank, List.RankOf(List[rank]));
    }
}
