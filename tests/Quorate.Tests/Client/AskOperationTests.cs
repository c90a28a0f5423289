using Quorate.Client.Nodes;
using Quorate.Coordinator;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Client;

public sealed class AskOperationTests
{
    private static readonly Stamp Newer = new(new Version(HybridTimestamp.FromMilliseconds(7), new WriterId(new NodeId(1), 1)), IsAboveAcknowledged: true);

    private readonly AskOperation _operation = new();

    [Fact]
    public void One_node_is_asked_and_waited_for()
    {
        Begin(mayRepeat: true);

        Assert.Equal(AskStep.Wait, _operation.Next());
    }

    [Fact]
    public void Where_it_is_late_another_is_asked_and_only_one_more_each_time()
    {
        Begin(mayRepeat: true);

        _operation.NoticeLate();
        Asked();
        Assert.Equal(AskStep.Wait, _operation.Next());
        _operation.NoticeLate();
        Asked();
    }

    [Fact]
    public void What_must_not_be_done_twice_is_asked_of_another_only_where_the_first_refused()
    {
        Begin(mayRepeat: false);

        _operation.NoticeLate();
        Assert.Equal(AskStep.Wait, _operation.Next());
        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Unavailable), default);
        Asked();
        _operation.RecordLost();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.TimedOut, _operation.Failure(default).Kind);
    }

    [Fact]
    public void A_put_whose_node_is_gone_is_asked_of_another()
    {
        Begin(mayRepeat: true);

        _operation.RecordLost();

        Asked();
    }

    [Fact]
    public void What_all_refused_was_not_done_and_the_last_says_why()
    {
        Begin(mayRepeat: true);

        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Unavailable), default);
        Asked();
        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Overloaded), default);
        NobodyLeft();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.Overloaded, _operation.Failure(default).Kind);
    }

    [Fact]
    public void What_one_may_have_done_has_an_unknown_outcome_whatever_others_refuse()
    {
        Begin(mayRepeat: true);

        _operation.RecordLost();
        Asked();
        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Unavailable), default);
        NobodyLeft();
        _operation.Expire();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal((OutcomeKind.TimedOut, 2, 3), (_operation.Failure(default).Kind, _operation.Failure(default).Needed, _operation.Failure(default).Replicas));
    }

    [Theory]
    [InlineData(OutcomeKind.TooLarge)]
    [InlineData(OutcomeKind.Invalid)]
    [InlineData(OutcomeKind.WrongType)]
    public void What_every_node_would_refuse_is_asked_of_one(OutcomeKind kind)
    {
        Begin(mayRepeat: true);

        _operation.RecordFailure(Outcome.Failed(kind), default);

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(kind, _operation.Failure(default).Kind);
    }

    [Fact]
    public void With_nobody_to_ask_it_fails_at_once_and_certainly()
    {
        _operation.Begin(mayRepeat: true, 2, 3);
        NobodyLeft();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.Unavailable, _operation.Failure(default).Kind);
    }

    [Fact]
    public void At_its_end_who_is_still_at_it_may_have_done_it()
    {
        Begin(mayRepeat: true);

        _operation.Expire();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.TimedOut, _operation.Failure(default).Kind);
    }

    [Fact]
    public void A_put_that_is_beaten_takes_a_higher_version_four_times()
    {
        Begin(mayRepeat: true);
        for (int restamp = 0; restamp < WriteOperation.MaxRestamps; restamp++)
        {
            _operation.RecordFailure(Outcome.Failed(OutcomeKind.TimedOut), Newer);
            Assert.Equal(AskStep.Restamp, _operation.Next());
            Assert.Equal(Newer, _operation.Beaten);
            _operation.BeginRound();
            Asked();
        }

        _operation.RecordFailure(Outcome.Failed(OutcomeKind.TimedOut), Newer);

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.TimedOut, _operation.Failure(default).Kind);
    }

    [Fact]
    public void What_is_refused_after_a_beaten_round_may_still_have_been_stored()
    {
        Begin(mayRepeat: true);
        _operation.RecordFailure(Outcome.Failed(OutcomeKind.TimedOut), Newer);
        _operation.BeginRound();
        Asked();

        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Unavailable), default);
        NobodyLeft();
        _operation.Expire();

        Assert.Equal(AskStep.Fail, _operation.Next());
        Assert.Equal(OutcomeKind.TimedOut, _operation.Failure(default).Kind);
    }

    [Fact]
    public void What_one_may_have_done_waits_for_a_node_that_can_be_asked_again()
    {
        Begin(mayRepeat: true);
        _operation.RecordLost();
        NobodyLeft();

        Assert.Equal(AskStep.Wait, _operation.Next());
        _operation.NoticeSomebody();
        Asked();
    }

    private void Begin(bool mayRepeat)
    {
        _operation.Begin(mayRepeat, needed: 2, replicas: 3);
        Asked();
    }

    private void Asked()
    {
        Assert.Equal(AskStep.Ask, _operation.Next());
        _operation.NoticeAsked();
    }

    private void NobodyLeft()
    {
        Assert.Equal(AskStep.Ask, _operation.Next());
        _operation.NoticeNobodyLeft();
    }
}
