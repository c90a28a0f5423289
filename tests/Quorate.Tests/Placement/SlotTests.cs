using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public class SlotTests
{
    // "123456789" is the check value of CRC-16/XMODEM; the slots are what CLUSTER KEYSLOT of a Redis answers.
    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("somekey", 11058)]
    [InlineData("foo{hash_tag}", 2515)]
    [InlineData("bar{hash_tag}", 2515)]
    [InlineData("", 0)]
    public void A_key_has_the_slot_that_redis_gives_it(string key, int slot) => Assert.Equal(slot, SlotOf(key));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("{user1000}.followers", "user1000")]
    [InlineData("a{b}c", "b")]
    [InlineData("{a}", "a")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("}{a}", "a")]
    [InlineData("}a{b}", "b")]
    [InlineData("{ }", " ")]
    public void A_tag_stands_between_the_first_open_brace_and_the_first_close_brace_after_it(string key, string tag)
    {
        Assert.Equal(tag, TagOf(key));
        Assert.Equal(SlotOf(tag), SlotOf(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("foo{}{bar}")]
    [InlineData("{}.following")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("}{")]
    [InlineData("{user1000")]
    [InlineData("user1000}")]
    [InlineData("a}b{c")]
    public void Without_a_tag_or_with_an_empty_first_one_the_whole_key_counts(string key) => Assert.Equal(key, TagOf(key));

    [Fact]
    public void Tags_are_found_as_redis_finds_them() =>
        Prop.ForAll(Gen.Elements((byte)'a', (byte)'b', (byte)'{', (byte)'}').ArrayOf().ToArbitrary(),
            key => Slot.HashTag(key).SequenceEqual(RedisHashTag(key))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_checksum_by_words_is_the_checksum_by_bits() =>
        Prop.ForAll<byte[]>(bytes => Slot.Crc16(bytes) == Crc16ByBits(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void The_checksum_by_words_is_the_checksum_by_bits_at_every_length()
    {
        byte[] bytes = [.. Enumerable.Range(0, 70).Select(i => (byte)(i * 167 + 13))];
        for (int length = 0; length <= bytes.Length; length++)
            Assert.Equal(Crc16ByBits(bytes[..length]), Slot.Crc16(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Computing_a_slot_allocates_nothing()
    {
        byte[] key = Encoding.UTF8.GetBytes("{user1000}.following");
        Assert.Equal(0, Allocation.OfWarm(() =>
        {
            for (int i = 0; i < 1000; i++) Slot.Of(key);
        }));
    }

    private static int SlotOf(string key) => Slot.Of(Encoding.UTF8.GetBytes(key));

    private static string TagOf(string key) => Encoding.UTF8.GetString(Slot.HashTag(Encoding.UTF8.GetBytes(key)));

    /// <summary>keyHashSlot of Redis's cluster.c, word for word.</summary>
    private static byte[] RedisHashTag(byte[] key)
    {
        int s, e;
        for (s = 0; s < key.Length; s++)
            if (key[s] == '{') break;
        if (s == key.Length) return key;
        for (e = s + 1; e < key.Length; e++)
            if (key[e] == '}') break;
        if (e == key.Length || e == s + 1) return key;
        return key[(s + 1)..e];
    }

    private static ushort Crc16ByBits(byte[] bytes)
    {
        int crc = 0;
        foreach (byte next in bytes)
        {
            crc ^= next << 8;
            for (int bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
        }

        return (ushort)crc;
    }
}
