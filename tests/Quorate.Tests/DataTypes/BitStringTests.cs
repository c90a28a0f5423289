using Quorate.Core.DataTypes;
using Xunit;

namespace Quorate.Tests.DataTypes;

public class BitStringTests
{
    [Fact]
    public void Bit_0_is_the_highest_of_the_first_byte_and_beyond_the_end_all_are_0()
    {
        byte[] value = [0b1000_0001, 0b0100_0000];
        Assert.Equal([0L, 7, 9], Enumerable.Range(0, 40).Select(bit => (long)bit).Where(bit => BitString.Get(value, bit)));
        Assert.False(BitString.Get(value, RegisterEdit.MaxOffset));
    }

    [Fact]
    public void Counting_and_finding_agree_with_looking_at_each_bit()
    {
        var random = new Random(5);
        for (int run = 0; run < 3_000; run++)
        {
            var value = new byte[random.Next(1, 24)];
            // Runs of equal bytes, so that whole bytes are skipped.
            foreach (ref byte part in value.AsSpan()) part = random.Next(3) == 0 ? (byte)random.Next(256) : random.Next(2) == 0 ? (byte)0 : (byte)0xFF;
            long first = random.Next(value.Length * 8), last = random.Next(value.Length * 8);
            bool bit = random.Next(2) == 0;

            long[] hits = [.. Enumerable.Range(0, value.Length * 8).Select(offset => (long)offset).Where(offset => offset >= first && offset <= last)];
            Assert.Equal(hits.Count(offset => BitString.Get(value, offset)), BitString.Count(value, first, last));
            Assert.Equal(hits.Where(offset => BitString.Get(value, offset) == bit).Append(-1).First(), BitString.Find(value, bit, first, last));
        }
    }

    [Fact]
    public void A_bit_is_set_and_cleared_alone()
    {
        byte[] value = [0b1010_1010];
        BitString.Set(value, 1, true);
        BitString.Set(value, 0, false);
        BitString.Set(value, 7, false);
        Assert.Equal(0b0110_1010, value[0]);
    }
}
