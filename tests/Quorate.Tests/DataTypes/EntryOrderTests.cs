using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.DataTypes;

/// <summary>Law 1 for entries: the join is the greater of two, so it is a lattice exactly when the order is total.</summary>
public class EntryOrderTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    // Few of each, so that two random states often differ in one component only.
    private static readonly Gen<Version> Versions =
        from time in Gen.Choose(0, 2)
        from node in Gen.Choose(1, 2)
        select new Version(new HybridTimestamp((ulong)time), new WriterId(new NodeId((ulong)node), 1));

    private static readonly Gen<Expiry> Expiries =
        from generation in Gen.Choose(0, 2)
        from at in Gen.Elements(0L, 5L, 9L)
        from version in Versions
        select new Expiry((uint)generation, at, version);

    private static readonly Gen<State> States =
        from kind in Gen.Elements(EntryKind.Tombstone, EntryKind.Register)
        from version in Versions
        from expiry in Expiries
        from contentType in Gen.Choose(0, 1)
        from payload in Gen.Elements("", "a", "b", "aa", "some longer value")
        select new State(
            new EntryHead(kind, version, expiry, (byte)Math.Min(contentType, payload.Length)), kind == EntryKind.Tombstone ? "" : payload);

    [Fact]
    public void The_order_of_entries_is_total() =>
        Check.One(Often, Prop.ForAll(Pairs(), pair =>
        {
            (State a, State b) = pair;
            return a.CompareTo(b) == -b.CompareTo(a) && a.CompareTo(b) == 0 == (a == b) && a.CompareTo(a) == 0;
        }));

    [Fact]
    public void The_order_of_entries_is_transitive() =>
        Check.One(Often, Prop.ForAll(Triples(), states =>
        {
            (State a, State b, State c) = states;
            return !(a.CompareTo(b) <= 0 && b.CompareTo(c) <= 0) || a.CompareTo(c) <= 0;
        }));

    [Fact]
    public void Joining_is_commutative_associative_and_idempotent() =>
        Check.One(Often, Prop.ForAll(Triples(), states =>
        {
            (State a, State b, State c) = states;
            return Join(a, b) == Join(b, a) && Join(a, Join(b, c)) == Join(Join(a, b), c) && Join(a, a) == a && Join(a, default) == a;
        }));

    [Fact]
    public void Digests_are_ordered_as_their_entries_are() =>
        Check.One(Often, Prop.ForAll(Pairs(), pair =>
        {
            (State a, State b) = pair;
            EntryDigest left = a.Entry.Digest, right = b.Entry.Digest;
            return left.CompareTo(right) == a.CompareTo(b)
                && left < right == a.CompareTo(b) < 0
                && left >= right == a.CompareTo(b) >= 0
                && left == right == (a == b);
        }));

    [Fact]
    public void A_higher_version_wins_whatever_else_the_other_has()
    {
        var older = new State(new EntryHead(EntryKind.Register, At(1), new Expiry(9, 0, At(9)), 0), "zzz");
        var newer = new State(EntryHead.Tombstone(At(2)), "");

        Assert.Equal(newer, Join(older, newer));
    }

    [Fact]
    public void Equal_versions_are_told_apart_by_their_bytes()
    {
        var one = new State(new EntryHead(EntryKind.Register, At(1), Expiry.Never, 0), "one");
        var two = new State(new EntryHead(EntryKind.Register, At(1), Expiry.Never, 0), "two");

        Assert.NotEqual(0, one.CompareTo(two));
        Assert.Equal(Join(one, two), Join(two, one));
    }

    [Fact]
    public void An_empty_payload_needs_no_bytes_and_any_other_does()
    {
        Assert.False(new State(new EntryHead(EntryKind.Register, At(1), Expiry.Never, 0), "").Entry.Digest.HasPayload);
        Assert.True(new State(new EntryHead(EntryKind.Register, At(1), Expiry.Never, 0), "\0").Entry.Digest.HasPayload);
    }

    private static State Join(State left, State right) => left.CompareTo(right) >= 0 ? left : right;

    private static Version At(ulong time) => new(new HybridTimestamp(time), default);

    private static Arbitrary<(State A, State B)> Pairs() => (from a in States from b in States select (a, b)).ToArbitrary();

    private static Arbitrary<(State A, State B, State C)> Triples() =>
        (from a in States from b in States from c in States select (a, b, c)).ToArbitrary();

    private readonly record struct State(EntryHead Head, string Payload)
    {
        public Entry Entry => new(Head, System.Text.Encoding.UTF8.GetBytes(Payload ?? ""));

        public int CompareTo(State other) => Math.Sign(Entry.Compare(Entry, other.Entry));
    }
}
