using Quorate.Core.DataTypes;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.DataTypes;

public class RegisterEditTests
{
    private const long Now = 1_000;
    private static readonly EntryHead Deleted = EntryHead.Tombstone(At(1));
    private static readonly EntryHead Forever = new(EntryKind.Register, At(1), Expiry.Never, 3);
    private static readonly EntryHead UntilTwoThousand = Forever with { Expiry = Expiry.At(2_000) };
    private static readonly EntryHead Expired = Forever with { Expiry = Expiry.At(Now) };

    [Theory]
    [InlineData(EditCondition.None, 0, "missing deleted expired forever expiring")]
    [InlineData(EditCondition.KeyMissing, 0, "missing deleted expired")]
    [InlineData(EditCondition.KeyPresent, 0, "forever expiring")]
    [InlineData(EditCondition.KeyPresent | EditCondition.NoExpiry, 0, "forever")]
    [InlineData(EditCondition.HasExpiry, 0, "expiring")]
    [InlineData(EditCondition.KeyPresent | EditCondition.LaterExpiry, 2_001, "expiring")]
    [InlineData(EditCondition.KeyPresent | EditCondition.LaterExpiry, 2_000, "")]
    [InlineData(EditCondition.KeyPresent | EditCondition.EarlierExpiry, 2_000, "forever")]
    [InlineData(EditCondition.KeyPresent | EditCondition.EarlierExpiry, 1_999, "forever expiring")]
    [InlineData(EditCondition.KeyMissing | EditCondition.KeyPresent, 0, "")]
    public void An_edit_applies_where_all_its_conditions_hold(EditCondition condition, long expiresAt, string where)
    {
        var edit = RegisterEdit.Put("new"u8, condition, false, expiresAt);
        var found = new List<string>();
        if (edit.AppliesTo(default, Now)) found.Add("missing");
        if (edit.AppliesTo(Deleted, Now)) found.Add("deleted");
        if (edit.AppliesTo(Expired, Now)) found.Add("expired");
        if (edit.AppliesTo(Forever, Now)) found.Add("forever");
        if (edit.AppliesTo(UntilTwoThousand, Now)) found.Add("expiring");

        Assert.Equal(where, string.Join(' ', found));
    }

    [Fact]
    public void Expire_and_persist_ask_for_a_live_key_and_persist_for_an_expiry_too()
    {
        Assert.False(RegisterEdit.Expire(5_000).AppliesTo(default, Now));
        Assert.False(RegisterEdit.Expire(5_000).AppliesTo(Expired, Now));
        Assert.True(RegisterEdit.Expire(5_000).AppliesTo(Forever, Now));
        Assert.False(RegisterEdit.Persist().AppliesTo(Forever, Now));
        Assert.True(RegisterEdit.Persist().AppliesTo(UntilTwoThousand, Now));
    }

    [Fact]
    public void A_put_has_a_new_version_and_its_own_expiry()
    {
        EntryHead put = RegisterEdit.Put("new"u8, EditCondition.None, false, 7_000).Apply(UntilTwoThousand, At(9), Now);

        Assert.Equal(new EntryHead(EntryKind.Register, At(9), Expiry.At(7_000), 0), put);
    }

    [Fact]
    public void A_put_that_keeps_the_expiry_takes_it_over_from_a_live_value_only()
    {
        RegisterEdit edit = RegisterEdit.Put("new"u8, EditCondition.None, true, 0);

        Assert.Equal(Expiry.At(2_000), edit.Apply(UntilTwoThousand, At(9), Now).Expiry);
        Assert.Equal(Expiry.Never, edit.Apply(Forever, At(9), Now).Expiry);
        Assert.Equal(Expiry.Never, edit.Apply(Expired, At(9), Now).Expiry);
        Assert.Equal(Expiry.Never, edit.Apply(default, At(9), Now).Expiry);
    }

    [Fact]
    public void An_expiry_is_set_beside_the_same_version_as_the_next_generation()
    {
        EntryHead set = RegisterEdit.Expire(7_000).Apply(UntilTwoThousand, At(9), Now);
        EntryHead persisted = RegisterEdit.Persist().Apply(set, At(10), Now);

        Assert.Equal(UntilTwoThousand with { Expiry = new Expiry(1, 7_000, At(9)) }, set);
        Assert.Equal(UntilTwoThousand with { Expiry = new Expiry(2, 0, At(10)) }, persisted);
    }

    private static Version At(ulong time) => new(new HybridTimestamp(time), default);
}
