using Quorate.Core.Membership;
using Xunit;

namespace Quorate.Tests.Membership;

public sealed class GossipQueueTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(9, 4)]
    [InlineData(10, 8)]
    [InlineData(99, 8)]
    [InlineData(100, 12)]
    [InlineData(1_000, 16)]
    public void An_update_is_retransmitted_lambda_times_the_logarithm_of_the_members(int members, int expected) =>
        Assert.Equal(expected, GossipQueue.Limit(4, members));

    [Fact]
    public void An_update_is_forgotten_once_it_was_told_often_enough()
    {
        var queue = new GossipQueue(retransmissions: 4, members: 5);
        queue.Add(Update(1, MemberState.Alive));
        for (int told = 0; told < 4; told++) Assert.Single(Take(queue));
        Assert.Empty(Take(queue));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_newer_update_takes_the_place_of_the_older_one()
    {
        var queue = new GossipQueue(4, 5);
        queue.Add(Update(1, MemberState.Suspect));
        queue.Add(Update(1, MemberState.Dead));
        Assert.Equal(MemberState.Dead, Assert.Single(Take(queue)).State);
    }

    [Fact]
    public void What_was_told_least_goes_first_and_the_newest_of_that()
    {
        var queue = new GossipQueue(4, 5);
        queue.Add(Update(1, MemberState.Alive));
        Take(queue);
        queue.Add(Update(2, MemberState.Alive));
        queue.Add(Update(3, MemberState.Alive));
        Assert.Equal([3UL, 2, 1], Take(queue).Select(update => update.Member.Id.Value));
    }

    [Fact]
    public void A_message_takes_no_more_than_it_has_room_for_and_the_rest_follows()
    {
        var queue = new GossipQueue(4, 5);
        for (ulong id = 1; id <= 5; id++) queue.Add(Update(id, MemberState.Alive));
        int room = Update(1, MemberState.Alive).Size * 3;
        var first = new List<MemberUpdate>();
        queue.Take(room, first);
        var second = new List<MemberUpdate>();
        queue.Take(room, second);
        Assert.Equal([5UL, 4, 3], first.Select(update => update.Member.Id.Value));
        Assert.Equal([2UL, 1, 5], second.Select(update => update.Member.Id.Value));
    }

    private static List<MemberUpdate> Take(GossipQueue queue)
    {
        var taken = new List<MemberUpdate>();
        queue.Take(SwimMessage.UpdateBudget, taken);
        return taken;
    }

    private static MemberUpdate Update(ulong id, MemberState state) =>
        new(new Member(new NodeId(id), $"n{id}", "", 1, new Endpoints("", "", "", "")), Incarnation.OfStart(1), state, new NodeId(9));
}
