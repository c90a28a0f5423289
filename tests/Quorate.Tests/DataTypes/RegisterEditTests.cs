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

    [Theory]
    [InlineData("append", "", "XY", 2)]
    [InlineData("append", "abc", "abcXY", 5)]
    [InlineData("range 0", "", "XY", 2)]
    [InlineData("range 0", "abc", "XYc", 3)]
    [InlineData("range 2", "abc", "abXY", 4)]
    [InlineData("range 5", "abc", "abc\0\0XY", 7)]
    [InlineData("bit 0", "", "\u0080", 0)]
    [InlineData("bit 7", "a", "a", 1)]
    [InlineData("bit 8", "a", "a\u0080", 0)]
    [InlineData("bit 23", "a", "a\0\u0001", 0)]
    [InlineData("clear 7", "a", "`", 1)]
    [InlineData("clear 16", "a", "a\0\0", 0)]
    [InlineData("put", "abc", "XY", 0)]
    [InlineData("expire", "abc", "abc", 0)]
    [InlineData("delete", "abc", "", 0)]
    public void An_edit_makes_a_value_of_the_present_one_and_answers_a_number(string what, string present, string after, long number)
    {
        RegisterEdit edit = EditOf(what);
        var current = new Entry(Forever with { ContentTypeLength = 0 }, Latin1(present));
        var payload = new byte[edit.PayloadLength(current)];
        Array.Fill(payload, (byte)0xAA);
        edit.WritePayload(current, payload);

        Assert.Equal(after, System.Text.Encoding.Latin1.GetString(payload));
        Assert.Equal(number, edit.NumberOf(current));
    }

    [Theory]
    [InlineData("append", "txtabcXY", 5)]
    [InlineData("range 1", "txtaXY", 3)]
    [InlineData("bit 39", "txtabc\0\u0001", 0)]
    public void An_edit_of_a_part_leaves_the_content_type_before_the_value(string what, string after, long number)
    {
        RegisterEdit edit = EditOf(what);
        var current = new Entry(Forever, Latin1("txtabc"));
        var payload = new byte[edit.PayloadLength(current)];
        edit.WritePayload(current, payload);

        Assert.Equal(after, System.Text.Encoding.Latin1.GetString(payload));
        Assert.Equal(number, edit.NumberOf(current));
        Assert.Equal(new EntryHead(EntryKind.Register, At(9), Expiry.At(2_000), 3), edit.Apply(UntilTwoThousand, At(9), Now));
    }

    [Fact]
    public void An_edit_of_a_part_of_nothing_begins_a_value_that_stays()
    {
        Assert.Equal(new EntryHead(EntryKind.Register, At(9), Expiry.Never, 0), EditOf("append").Apply(default, At(9), Now));
        Assert.Equal(new EntryHead(EntryKind.Register, At(9), Expiry.Never, 0), EditOf("append").Apply(Expired, At(9), Now));
    }

    [Fact]
    public void A_delete_asks_for_a_live_key_and_leaves_a_tombstone()
    {
        Assert.False(RegisterEdit.Delete().AppliesTo(Expired, Now));
        Assert.True(RegisterEdit.Delete().AppliesTo(Forever, Now));
        Assert.Equal(EntryHead.Tombstone(At(9)), RegisterEdit.Delete().Apply(UntilTwoThousand, At(9), Now));
    }

    [Fact]
    public void What_would_be_far_too_long_is_known_before_it_is_made()
    {
        Assert.Equal(RegisterEdit.MaxOffset + 2, RegisterEdit.SetRange(RegisterEdit.MaxOffset, "XY"u8).PayloadLength(default));
        Assert.Equal(512L * 1024 * 1024, RegisterEdit.SetBit(RegisterEdit.MaxOffset, true).PayloadLength(default));
    }

    private static RegisterEdit EditOf(string what) => what.Split(' ') switch
    {
        ["append"] => RegisterEdit.Append("XY"u8),
        ["range", var offset] => RegisterEdit.SetRange(int.Parse(offset), "XY"u8),
        ["bit", var offset] => RegisterEdit.SetBit(int.Parse(offset), true),
        ["clear", var offset] => RegisterEdit.SetBit(int.Parse(offset), false),
        ["put"] => RegisterEdit.Put("XY"u8, EditCondition.None, false, 0),
        ["expire"] => RegisterEdit.Expire(5_000),
        _ => RegisterEdit.Delete(),
    };

    private static byte[] Latin1(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    private static Version At(ulong time) => new(new HybridTimestamp(time), default);
}
