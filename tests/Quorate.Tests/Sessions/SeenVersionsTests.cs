using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Sessions;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Sessions;

public sealed class SeenVersionsTests
{
    private static readonly RequestOptions One = new() { R = ConsistencyLevel.Of(1), W = ConsistencyLevel.Of(1), Quorum = QuorumKind.Sloppy };
    private static readonly RequestOptions Quorum = new() { R = ConsistencyLevel.Quorum, W = ConsistencyLevel.Quorum, Quorum = QuorumKind.Strict };

    [Theory]
    [InlineData("ONE", 3, "QUORUM")]
    [InlineData("ANY", 3, "QUORUM")]
    [InlineData("2", 3, "ALL")]
    [InlineData("QUORUM", 3, "ALL")]
    [InlineData("2", 5, "QUORUM")]
    [InlineData("ALL", 3, "DEFAULT")]
    [InlineData("3", 3, "DEFAULT")]
    [InlineData("ONE", 1, "DEFAULT")]
    [InlineData("QUORUM", 2, "DEFAULT")]
    public void After_a_read_that_went_back_more_replicas_are_asked_until_there_are_none(string level, int n, string after)
    {
        Assert.True(ConsistencyLevel.TryParse(level, out ConsistencyLevel asked));
        Assert.Equal(after, SeenVersions.After(asked, n).ToString());
    }

    [Fact]
    public void A_key_that_found_no_room_is_asked_for_at_a_quorum_and_stays_out()
    {
        var seen = new SeenVersions(1);
        Assert.Equal(One, seen.AdmitRead(1, One, 3));
        Assert.Equal(Quorum, seen.AdmitWrite(2, One, 3));
        Assert.Equal(Quorum, seen.AdmitRead(2, One, 3));
        Assert.Equal(Quorum with { R = ConsistencyLevel.All }, seen.AdmitRead(2, One with { R = ConsistencyLevel.All }, 3));
        seen.Note(2, At(9));

        Assert.Equal(Version.None, seen.Of(2));
        Assert.Equal(One, seen.AdmitWrite(1, One, 3));
    }

    [Fact]
    public void What_is_known_never_goes_back()
    {
        var seen = new SeenVersions(1);
        seen.AdmitRead(1, One, 3);
        seen.Note(1, At(5));
        seen.Note(1, At(4));
        Assert.Equal(At(5), seen.Of(1));
    }

    [Fact]
    public void A_new_expiry_is_read_at_a_quorum_until_there_is_a_new_value()
    {
        var seen = new SeenVersions(1);
        seen.AdmitWrite(1, One, 3);
        seen.Note(1, At(5));
        seen.NoteExpiry(1);
        Assert.Equal(Quorum, seen.AdmitRead(1, One, 3));
        seen.Note(1, At(5));
        Assert.Equal(Quorum, seen.AdmitRead(1, One, 3));
        seen.Note(1, At(6));
        Assert.Equal(One, seen.AdmitRead(1, One, 3));
    }

    [Fact]
    public void A_key_is_the_same_in_every_process_and_another_in_another_keyspace()
    {
        Assert.Equal(780454415306554334ul, SeenVersions.KeyOf("default", "cart:42"u8));
        Assert.NotEqual(SeenVersions.KeyOf("default", "cart:42"u8), SeenVersions.KeyOf("1", "cart:42"u8));
        Assert.NotEqual(SeenVersions.KeyOf("default", "cart:42"u8), SeenVersions.KeyOf("default", "cart:43"u8));
    }

    [Fact]
    public void A_token_says_all_there_is_to_know_and_no_change_of_it_is_taken_for_one()
    {
        Gen<SeenVersions> sessions =
            from capacity in Gen.Choose(1, 6)
            from keys in (from key in Gen.Choose(1, 9) from at in Gen.Choose(0, 9) from expiry in Gen.Elements(true, false) select (Key: (ulong)key << 60, at, expiry)).ListOf()
            select Session(capacity, keys);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(sessions.ToArbitrary(), seen =>
        {
            string token = SessionToken.Of(seen);
            bool same = SessionToken.TryParse(token, out SeenVersions? read, out _)
                && read.Capacity == seen.Capacity && read.HasOverflowed == seen.HasOverflowed && read.All.SequenceEqual(seen.All);
            char[] changed = token.ToCharArray();
            int at = changed.Length / 2;
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            return same && !SessionToken.TryParse(new string(changed), out _, out _) && !SessionToken.TryParse(token[..^4], out _, out _);
        }));
    }

    [Fact]
    public void A_full_token_is_bounded_and_a_hundred_keys_fit_into_a_cookie()
    {
        Assert.InRange(SessionToken.Of(Full(SeenVersions.MaxCapacity)).Length, 1, 40_000);
        Assert.InRange(SessionToken.Of(Full(100)).Length, 1, 4_000);
        Assert.True(SessionToken.TryParse(SessionToken.Of(Full(SeenVersions.MaxCapacity)), out _, out _));
        Assert.False(SessionToken.TryParse(new string('A', 40_000), out _, out string problem));
        Assert.Equal("it is too long", problem);

        static SeenVersions Full(int capacity) => Session(capacity, Enumerable.Range(1, capacity).Select(key => ((ulong)key, 7, false)));
    }

    private static SeenVersions Session(int capacity, IEnumerable<(ulong Key, int At, bool NewExpiry)> keys)
    {
        var seen = new SeenVersions(capacity);
        foreach ((ulong key, int at, bool newExpiry) in keys)
        {
            seen.AdmitWrite(key, One, 3);
            seen.Note(key, At(at));
            if (newExpiry) seen.NoteExpiry(key);
        }

        return seen;
    }

    private static Version At(int time) => time == 0 ? Version.None : new(new HybridTimestamp((ulong)time), new WriterId(new NodeId(1), 1));
}
