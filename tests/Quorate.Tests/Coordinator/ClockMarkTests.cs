using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class ClockMarkTests
{
    private readonly TestCoordinator _cluster = new(hasMark: false);

    [Fact]
    public void A_write_waits_for_the_mark_and_goes_out_once_it_is_raised()
    {
        _cluster.Put("one", token: 1);
        _cluster.Put("two", token: 2);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.Asked));

        RaiseMark(_cluster.Loop.WallClock + 450);
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();

        Assert.Equal([(1UL, OutcomeKind.Ok), (2UL, OutcomeKind.Ok)], _cluster.Sink.Results.Select(told => (told.Token, told.Kind)));
        Assert.Equal("two", _cluster[0].Held(TestCoordinator.Key).Value);
    }

    [Fact]
    public void A_mark_that_is_still_too_low_leaves_them_waiting_in_order()
    {
        _cluster.AllPrompt();
        for (ulong token = 1; token <= 3; token++) _cluster.Put($"{token}", token: token);

        RaiseMark(_cluster.Loop.WallClock - 10);
        Assert.Empty(_cluster.Sink.Results);
        RaiseMark(_cluster.Loop.WallClock + 10);

        Assert.Equal([1UL, 2UL, 3UL], _cluster.Sink.Results.Select(told => told.Token));
        Assert.Equal("3", _cluster[0].Held(TestCoordinator.Key).Value);
    }

    [Fact]
    public void A_write_whose_time_is_over_while_it_waits_has_certainly_stored_nothing()
    {
        _cluster.Put("one", TestCoordinator.With(timeout: 100));

        _cluster.Loop.Pass(104);
        RaiseMark(_cluster.Loop.WallClock + 450);

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.Asked));
    }

    [Fact]
    public void A_connection_lost_while_a_write_waits_does_not_make_it_unknown()
    {
        _cluster.Put("one", TestCoordinator.With(timeout: 100));

        _cluster.Disconnect(1, 2);
        _cluster.Loop.Pass(104);

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void An_edit_waits_for_the_mark_too_and_fails_for_certain_when_its_time_is_over()
    {
        _cluster.AllPrompt();
        _cluster.PutIf(EditCondition.None, "one", TestCoordinator.With(timeout: 100), token: 1);
        _cluster.Loop.Pass(104);
        Assert.True(_cluster.Sink.Only.Kind is OutcomeKind.Overloaded or OutcomeKind.TimedOut);
        Assert.All(_cluster.Replicas, replica => Assert.Empty(replica.PutVersions));

        _cluster.PutIf(EditCondition.None, "two", token: 2);
        RaiseMark(_cluster.Loop.WallClock + 450);

        Assert.True(_cluster.Sink.Results[1].Applied);
        Assert.Equal("two", _cluster[0].Held(TestCoordinator.Key).Value);
    }

    [Fact]
    public void Whoever_timed_out_leaves_no_place_in_the_queue()
    {
        var cluster = new TestCoordinator(limits: new Limits(MaxRequests: 1), hasMark: false);
        for (int round = 0; round < 100; round++)
        {
            cluster.Put("one", TestCoordinator.With(timeout: 10));
            cluster.Loop.Pass(14);
        }

        cluster.AllPrompt();
        cluster.Put("last", token: 2);
        cluster.Clock.RaiseMark(long.MaxValue);
        cluster.Database.OnMarkRaised();

        Assert.Equal(101, cluster.Sink.Results.Count);
        Assert.Single(cluster[0].PutVersions);
    }

    private void RaiseMark(long mark)
    {
        _cluster.Clock.RaiseMark(mark);
        _cluster.Database.OnMarkRaised();
    }
}
