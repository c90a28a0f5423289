using Quorate.Core.Membership;
using Xunit;

namespace Quorate.Tests.Membership;

public sealed class MemberUpdateTests
{
    private static readonly Member Known = new(new NodeId(1), "a", "", 1, new Endpoints("a:1", "", "", ""));

    [Theory]
    [InlineData(1, MemberState.Alive, 1, MemberState.Alive, false)]
    [InlineData(1, MemberState.Suspect, 1, MemberState.Alive, true)]
    [InlineData(1, MemberState.Alive, 1, MemberState.Suspect, false)]
    [InlineData(2, MemberState.Alive, 1, MemberState.Suspect, true)]
    [InlineData(1, MemberState.Dead, 1, MemberState.Suspect, true)]
    [InlineData(1, MemberState.Suspect, 1, MemberState.Dead, false)]
    [InlineData(2, MemberState.Alive, 1, MemberState.Dead, true)]
    [InlineData(1, MemberState.Left, 1, MemberState.Dead, true)]
    [InlineData(1, MemberState.Dead, 1, MemberState.Left, false)]
    [InlineData(1, MemberState.Dead, 2, MemberState.Alive, false)]
    public void A_higher_incarnation_holds_then_the_graver_state(uint said, MemberState state, uint held, MemberState heldState, bool overrides) =>
        Assert.Equal(overrides, Update(said, state).Overrides(Incarnation.OfStart(held), heldState));

    [Fact]
    public void Updates_heard_in_any_order_leave_the_same()
    {
        var random = new Random(1);
        MemberUpdate[] said = [.. from incarnation in Enumerable.Range(1, 3) from state in Enum.GetValues<MemberState>() select Update((uint)incarnation, state)];
        for (int run = 0; run < 100; run++)
        {
            random.Shuffle(said);
            (Incarnation Incarnation, MemberState State) held = (Incarnation.Unheard, MemberState.Alive);
            foreach (MemberUpdate update in said)
            {
                if (update.Overrides(held.Incarnation, held.State)) held = (update.Incarnation, update.State);
            }

            Assert.Equal((Incarnation.OfStart(3), MemberState.Left), held);
        }
    }

    [Fact]
    public void A_later_start_is_above_all_that_an_earlier_one_took_back()
    {
        Incarnation refuted = Incarnation.OfStart(1);
        for (int i = 0; i < 1_000; i++) refuted = refuted.Next;
        Assert.True(Incarnation.OfStart(2).Value > refuted.Value);
        Assert.Equal(ulong.MaxValue, new Incarnation(ulong.MaxValue).Next.Value);
    }

    private static MemberUpdate Update(uint start, MemberState state) => new(Known, Incarnation.OfStart(start), state, new NodeId(2));
}
