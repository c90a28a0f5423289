using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class PartitionTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    [InlineData(12182, 761)]
    [InlineData(16383, 1023)]
    public void A_partition_is_sixteen_neighbouring_slots(int slot, int partition) =>
        Assert.Equal(partition, Partition.OfSlot(slot));

    [Fact]
    public void There_are_1024_partitions_of_equal_size()
    {
        var sizes = Enumerable.Range(0, Slot.Count).CountBy(Partition.OfSlot).ToDictionary();
        Assert.Equal(1024, sizes.Count);
        Assert.All(sizes.Values, size => Assert.Equal(16, size));
    }

    [Fact]
    public void Keys_with_one_tag_share_a_partition() =>
        Assert.Equal(Partition.Of("{user1000}.following"u8), Partition.Of("{user1000}.followers"u8));
}
