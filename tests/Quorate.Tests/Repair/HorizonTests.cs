using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Repair;

/// <summary>Law 5: what an old entry may still do, and when a horizon moves on.</summary>
public class HorizonTests
{
    [Fact]
    public void An_entry_stands_at_the_latest_of_its_version_its_expirys_version_and_its_expiry()
    {
        Assert.Equal(At(5), Horizon.PlaceOf(Register(5)));
        Assert.Equal(At(5), Horizon.PlaceOf(EntryHead.Tombstone(Version(5))));
        Assert.Equal(At(21), Horizon.PlaceOf(Register(5, new Expiry(0, 20, default))));
        Assert.Equal(At(30), Horizon.PlaceOf(Register(5, new Expiry(1, 20, Version(30)))));
        Assert.Equal(At(7), Horizon.PlaceOf(Register(5, new Expiry(1, 0, Version(7)))));
        Assert.True(Horizon.PlaceOf(Register(5, new Expiry(0, long.MaxValue, default))) > At(1L << 46));
    }

    [Fact]
    public void Only_what_was_deleted_or_expires_is_let_go()
    {
        Assert.True(Horizon.HasPassed(At(10), EntryHead.Tombstone(Version(10))));
        Assert.False(Horizon.HasPassed(At(10), EntryHead.Tombstone(Version(11))));
        Assert.True(Horizon.HasPassed(At(10), Register(5, new Expiry(0, 9, default))));
        Assert.False(Horizon.HasPassed(At(10), Register(5, new Expiry(0, 10, default))));
        Assert.False(Horizon.HasPassed(At(10), Register(5)));
        Assert.False(Horizon.HasPassed(At(10), Register(5, new Expiry(1, 0, Version(7)))));
    }

    [Fact]
    public void What_is_new_must_be_above_all_that_was_promised()
    {
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), null, Register(21)));
        Assert.Equal(Admission.Refused, Horizon.Admit(At(20), At(10), null, Register(20)));
        Assert.Equal(Admission.Refused, Horizon.Admit(At(20), At(10), null, EntryHead.Tombstone(Version(1))));
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), null, Register(5, new Expiry(0, 30, default))));
    }

    [Fact]
    public void A_home_replica_that_knows_as_much_may_bring_values_of_any_age()
    {
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), At(10), Register(1)));
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), At(11), Register(1)));
        Assert.Equal(Admission.Refused, Horizon.Admit(At(20), At(10), At(9), Register(1)));
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), At(9), Register(15)));
    }

    [Fact]
    public void A_tombstone_that_is_gone_for_good_counts_as_held()
    {
        Assert.Equal(Admission.Held, Horizon.Admit(At(20), At(10), At(5), EntryHead.Tombstone(Version(10))));
        Assert.Equal(Admission.Join, Horizon.Admit(At(20), At(10), At(5), EntryHead.Tombstone(Version(11))));
    }

    [Fact]
    public void A_horizon_moves_on_where_all_home_replicas_vouch_for_the_same()
    {
        PartitionVouch[] all = [Vouch(0), Vouch(1), Vouch(2)];
        Assert.True(Vouches.Agree(all));
        Assert.False(Vouches.Agree([Vouch(0), Vouch(1) with { Hash = 8 }, Vouch(2)]));
        Assert.False(Vouches.Agree([Vouch(0), Vouch(1), Vouch(2) with { Hash = null }]));
        Assert.False(Vouches.Agree([Vouch(0) with { Hash = null }, Vouch(1) with { Hash = null }, Vouch(2) with { Hash = null }]));
        Assert.False(Vouches.Agree([Vouch(0), Vouch(1) with { UpTo = At(19) }, Vouch(2)]));
        Assert.False(Vouches.Agree([Vouch(0), Vouch(1), Vouch(2) with { Horizon = At(9) }]));
    }

    [Fact]
    public void A_vouch_from_a_start_that_another_knows_to_be_over_does_not_count()
    {
        Assert.False(Vouches.Agree([Vouch(0), Vouch(1), Vouch(2) with { Starts = [1, 2, 1] }]));
        Assert.True(Vouches.Agree([Vouch(0), Vouch(1) with { Starts = [1, 2, 1] }, Vouch(2)]));
    }

    [Fact]
    public void A_horizon_that_is_there_already_does_not_move()
    {
        PartitionVouch[] all = [Vouch(0) with { Horizon = At(20) }, Vouch(1) with { Horizon = At(20) }, Vouch(2) with { Horizon = At(20) }];
        Assert.False(Vouches.Agree(all));
    }

    [Fact]
    public void Runs_are_as_long_as_what_they_stand_for()
    {
        Assert.Equal([new Run<int>(2, 7), new Run<int>(1, 8), new Run<int>(1, 7)], Run.Of([7, 7, 8, 7]));
        Assert.Empty(Run.Of(Array.Empty<int>()));
    }

    private static PartitionVouch Vouch(int member) => new(member, [1, 1, 1], At(20), At(10), 7);

    private static HybridTimestamp At(long milliseconds) => HybridTimestamp.FromMilliseconds(milliseconds);

    private static Version Version(long milliseconds) => new(At(milliseconds), new WriterId(new NodeId(1), 1));

    private static EntryHead Register(long milliseconds, Expiry expiry = default) => new(EntryKind.Register, Version(milliseconds), expiry, 0);
}
