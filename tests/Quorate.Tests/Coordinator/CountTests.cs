using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class CountTests
{
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void Of_each_partition_the_highest_answer_counts()
    {
        _cluster[0].Hold("a", _cluster.Foreign(0), "1");
        _cluster[1].Hold("a", _cluster.Foreign(0), "1");
        _cluster[1].Hold("b", _cluster.Foreign(0), "1");

        Count();
        foreach (FakeReplica replica in _cluster.Replicas) replica.Answer();

        Assert.Equal((OutcomeKind.Ok, "2"), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Value));
    }

    [Fact]
    public void Members_that_are_away_are_not_waited_for()
    {
        _cluster.Disconnect(2);
        Count();

        _cluster[0].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[1].Answer();

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_member_counts_once_however_often_it_answers_or_is_lost()
    {
        Count();
        FakeReplica.Question first = _cluster[0].Take();
        first.Answer();
        first.Answer();
        _cluster.Disconnect(0);
        _cluster.Disconnect(0);
        Assert.Empty(_cluster.Sink.Results);
        _cluster.Disconnect(1);
        Assert.Empty(_cluster.Sink.Results);
        _cluster[2].Answer();

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_partition_that_nobody_counted_makes_the_count_unavailable_and_says_whose_it_is()
    {
        var cluster = new TestCoordinator();
        cluster.Disconnect(1);
        cluster.Database.Count(0, default, cluster.Sink, 1);
        cluster.Database.OnCount(cluster[0].Waiting[0].Operation, new CountReply(Verdict.Unfit, Version.None, [-1, 5]));
        cluster.Loop.Pass(RequestOptions.DefaultTimeout + 4);

        Assert.Equal(OutcomeKind.Unavailable, cluster.Sink.Only.Kind);
        Assert.StartsWith("0 of 3 replicas confirmed, 1 needed: ", cluster.Sink.Only.Failure);
        Assert.Contains($"{cluster.NameOf(1)} not connected", cluster.Sink.Only.Failure);
        Assert.Contains($"{cluster.NameOf(2)} no answer", cluster.Sink.Only.Failure);
        Assert.Contains($"{cluster.NameOf(0)} unfit", cluster.Sink.Only.Failure);
    }

    [Fact]
    public void An_answer_that_comes_while_the_client_is_told_does_not_answer_it_twice()
    {
        Count();
        _cluster.Sink.OnTold = _ => _cluster.Disconnect(2);
        foreach (FakeReplica replica in _cluster.Replicas) replica.Answer();

        Assert.Single(_cluster.Sink.Results);
    }

    private void Count() => _cluster.Database.Count(0, default, _cluster.Sink, 1);
}
