using Quorate.Core.DataTypes;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.DataTypes;

public class ExpiryTests
{
    [Fact]
    public void A_later_expiry_replaces_what_it_saw_also_a_longer_one()
    {
        Expiry first = Expiry.At(9_000);
        Expiry shorter = first.Next(1_000, At(2));
        Expiry persisted = shorter.Next(0, At(3));
        Expiry again = persisted.Next(500, At(4));

        Assert.Equal([first, shorter, persisted, again], new[] { again, first, persisted, shorter }.Order());
    }

    [Fact]
    public void Concurrent_expiries_merge_to_the_longest_and_never_is_the_longest()
    {
        Expiry seen = Expiry.At(9_000);
        Expiry shorter = seen.Next(1_000, At(9));
        Expiry longer = seen.Next(2_000, At(2));
        Expiry never = seen.Next(0, At(1));

        Assert.Equal([shorter, longer, never], new[] { never, longer, shorter }.Order());
    }

    [Fact]
    public void Concurrent_expiries_to_the_same_time_are_told_apart_by_their_versions() =>
        Assert.True(Expiry.Never.Next(1_000, At(1)).CompareTo(Expiry.Never.Next(1_000, At(2))) < 0);

    [Theory]
    [InlineData(0, long.MaxValue, false)]
    [InlineData(1_000, 999, false)]
    [InlineData(1_000, 1_000, true)]
    [InlineData(-1, 0, true)]
    public void An_expiry_has_passed_from_its_time_on(long at, long now, bool passed) =>
        Assert.Equal(passed, Expiry.At(at).HasPassed(now));

    [Theory]
    [InlineData(EntryKind.Absent, 0, false)]
    [InlineData(EntryKind.Tombstone, 0, false)]
    [InlineData(EntryKind.Register, 0, true)]
    [InlineData(EntryKind.Register, 1_001, true)]
    [InlineData(EntryKind.Register, 1_000, false)]
    public void Only_a_register_that_has_not_expired_is_live(EntryKind kind, long expiresAt, bool live) =>
        Assert.Equal(live, new EntryHead(kind, At(1), Expiry.At(expiresAt), 0).IsLive(1_000));

    private static Version At(ulong time) => new(new HybridTimestamp(time), default);
}
