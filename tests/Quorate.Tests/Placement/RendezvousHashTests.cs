using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class RendezvousHashTests
{
    // Every node of every cluster must compute these: they may never change.
    [Theory]
    [InlineData(0, 1UL, 1, 59883090585279130UL)]
    [InlineData(0, 1UL, 7, 8554727226468447UL)]
    [InlineData(1023, 0xFEDCBA9876543210UL, 100, 868929503984251UL)]
    [InlineData(512, 0UL, 1, 137737184135476598UL)]
    public void A_distance_is_the_same_on_every_machine(int partition, ulong node, int weight, ulong distance) =>
        Assert.Equal(distance, RendezvousHash.Distance(partition, new NodeId(node), weight));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(1, 10)]
    public void The_nearer_of_two_is_so_as_often_as_its_weight_says(int left, int right)
    {
        int wins = 0;
        const int Pairs = 20;
        for (ulong pair = 0; pair < Pairs; pair++)
        {
            for (int partition = 0; partition < Partition.Count; partition++)
            {
                if (RendezvousHash.Distance(partition, new NodeId(2 * pair), left)
                    < RendezvousHash.Distance(partition, new NodeId(2 * pair + 1), right)) wins++;
            }
        }

        Assert.Equal((double)left / (left + right), (double)wins / (Pairs * Partition.Count), 0.015);
    }

    [Fact]
    public void Neighbouring_node_ids_have_nothing_in_common()
    {
        // Were one node's sequence the other's, shifted, the nearest partitions would repeat.
        ulong[] distances = [.. from node in Enumerable.Range(0, 50)
                                from partition in Enumerable.Range(0, Partition.Count)
                                select RendezvousHash.Distance(partition, new NodeId((ulong)node), 1)];
        Assert.Equal(distances.Length, distances.Distinct().Count());
    }
}
