using System.Text;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class ScanPointTests
{
    /// <summary>On the wire between nodes of different versions, and in clients' hands: these numbers may never change.</summary>
    [Theory]
    [InlineData("", 58080817765068UL)]
    [InlineData("k", 149399353551783UL)]
    [InlineData("user:1000", 39647461961912UL)]
    public void A_key_has_the_same_hash_for_ever(string key, ulong hash) => Assert.Equal(hash, ScanPoint.HashOf(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData(0, 0UL)]
    [InlineData(3, 0UL)]
    [InlineData(1023, ScanPoint.MaxHash)]
    [InlineData(512, 77UL)]
    public void A_cursor_reads_as_it_was_written(int partition, ulong hash)
    {
        var point = new ScanPoint(partition, hash);
        Assert.True(ScanPoint.TryParse(point.Cursor, out ScanPoint read));
        Assert.Equal(point, read);
        Assert.InRange(point.Cursor, 0UL, (1UL << 58) - 1);
    }

    [Fact]
    public void A_cursor_behind_the_last_partition_is_none() => Assert.False(ScanPoint.TryParse(1024UL << 48, out _));

    [Fact]
    public void Behind_a_hash_is_the_next_one_then_the_next_partition_then_the_start()
    {
        Assert.Equal(new ScanPoint(5, 8), new ScanPoint(5, 0).After(7));
        Assert.Equal(new ScanPoint(6, 0), new ScanPoint(5, 0).After(ScanPoint.MaxHash));
        Assert.Equal(ScanPoint.Start, new ScanPoint(1023, 9).After(ScanPoint.MaxHash));
    }

    [Fact]
    public void Hashes_of_similar_keys_do_not_meet()
    {
        string[] keys = [.. Enumerable.Range(0, 100_000).Select(number => $"key:{number}")];
        Assert.Equal(keys.Length, keys.Select(key => ScanPoint.HashOf(Encoding.UTF8.GetBytes(key))).Distinct().Count());
    }
}
