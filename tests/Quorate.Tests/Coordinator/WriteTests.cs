using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class WriteTests
{
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void A_write_goes_to_all_and_is_answered_at_W()
    {
        _cluster.Put("one");
        Assert.All(_cluster.Replicas, replica => Assert.Single(replica.Waiting));

        _cluster[2].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[0].Answer();

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.Equal(2, _cluster.Sink.Only.Outcome.Confirmed);
        Assert.Equal(_cluster[0].Held(TestCoordinator.Key).Head.Version, _cluster.Sink.Only.Version);
        _cluster[1].Answer();
        Assert.Single(_cluster.Sink.Results);
        Assert.Equal("one", _cluster[1].Held(TestCoordinator.Key).Value);
    }

    [Fact]
    public void A_put_that_comes_with_its_version_is_stored_under_it_whatever_this_clock_says()
    {
        _cluster.AllPrompt();
        _cluster.ClockAgrees = false;
        EntryHead head = _cluster.Foreign(-9_000);

        _cluster.PutStamped("one", head);

        Assert.Equal((OutcomeKind.Ok, head.Version), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Version));
        Assert.Equal(head.Version, _cluster[1].Held(TestCoordinator.Key).Head.Version);
    }

    [Fact]
    public void A_put_that_comes_with_its_version_is_never_stamped_again_here_but_told_what_beat_it()
    {
        _cluster.AllPrompt();
        _cluster.PutStamped("newer", _cluster.Foreign(20));
        _cluster.Sink.Results.Clear();

        _cluster.PutStamped("older", _cluster.Foreign(10));

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal(new Stamp(_cluster.Foreign(20).Version, IsAboveAcknowledged: true), _cluster.Sink.Only.Beaten);
        Assert.Equal("newer", _cluster[1].Held(TestCoordinator.Key).Value);
        Assert.Equal(0, _cluster.Database.Counters.Restamps);
    }

    [Fact]
    public void What_beats_a_put_that_is_above_all_acknowledged_is_beside_it_and_may_win()
    {
        _cluster.AllPrompt();
        _cluster.PutStamped("newer", _cluster.Foreign(20));
        _cluster.Sink.Results.Clear();

        _cluster.PutStamped("older", _cluster.Foreign(10), isAboveAcknowledged: true);

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_delete_leaves_a_tombstone()
    {
        _cluster.AllPrompt();
        _cluster.Put("one");
        _cluster.Delete();

        Assert.Equal(EntryKind.Tombstone, _cluster[1].Held(TestCoordinator.Key).Head.Kind);
    }

    [Fact]
    public void Too_few_connections_are_unavailable_at_once_and_nothing_is_sent()
    {
        _cluster.Disconnect(1, 2);

        _cluster.Put("one");

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.Equal(
            $"0 of 3 replicas confirmed, 2 needed: {_cluster.NameOf(0)} not asked, {_cluster.NameOf(1)} not connected, {_cluster.NameOf(2)} not connected",
            _cluster.Sink.Only.Failure);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.Asked));
    }

    [Fact]
    public void With_one_of_three_away_a_quorum_write_goes_on()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(1);

        _cluster.Put("one");

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void More_than_N_cannot_be_asked()
    {
        _cluster.Put("one", TestCoordinator.With(w: ConsistencyLevel.Of(4)));

        Assert.Equal(OutcomeKind.Invalid, _cluster.Sink.Only.Kind);
        Assert.Equal("4 replicas were asked for, but the key has only 3", _cluster.Sink.Only.Failure);
    }

    [Fact]
    public void A_key_or_value_above_the_limit_is_refused_before_anything_is_sent()
    {
        var cluster = new TestCoordinator(limits: new Limits(MaxKeyBytes: 1, MaxValueBytes: 2));

        cluster.Put("one");

        Assert.Equal(OutcomeKind.TooLarge, cluster.Sink.Only.Kind);
        Assert.All(cluster.Replicas, replica => Assert.Equal(0, replica.Asked));
    }

    [Fact]
    public void A_coordinator_whose_clock_disagrees_refuses_writes_and_not_reads()
    {
        _cluster.AllPrompt();
        _cluster.ClockAgrees = false;

        _cluster.Put("one");
        _cluster.PutIf(EditCondition.KeyMissing, "two");
        _cluster.Read();

        Assert.Equal([OutcomeKind.ClockDrift, OutcomeKind.ClockDrift, OutcomeKind.Ok], _cluster.Sink.Results.Select(told => told.Kind));
        Assert.All(_cluster.Replicas, replica => Assert.Empty(replica.PutVersions));
    }

    [Fact]
    public void A_put_that_meets_something_newer_wins_by_stamping_again_above_it()
    {
        EntryHead newer = _cluster.Foreign(300_000);
        foreach (FakeReplica replica in _cluster.Replicas) replica.Hold(TestCoordinator.Key, newer, "newer");
        _cluster.AllPrompt();

        _cluster.Put("later");

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.True(_cluster.Sink.Only.Version > newer.Version);
        Assert.All(_cluster.Replicas, replica => Assert.Equal("later", replica.Held(TestCoordinator.Key).Value));
        Assert.Equal(1, _cluster.Database.Counters.Restamps);
    }

    [Fact]
    public void Late_answers_to_an_earlier_stamp_are_forgotten()
    {
        EntryHead newer = _cluster.Foreign(300_000);
        _cluster[0].Hold(TestCoordinator.Key, newer, "newer");
        _cluster[1].Hold(TestCoordinator.Key, newer, "newer");
        _cluster.Put("later");
        FakeReplica.Question late = _cluster[2].Take();
        _cluster[0].Answer();
        _cluster[1].Answer();

        late.Answer();
        Assert.Equal(2, _cluster[2].PutVersions.Count);
        _cluster[1].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[2].Answer();

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.Equal(_cluster[2].PutVersions[1], _cluster.Sink.Only.Version);
    }

    [Fact]
    public void Lost_connections_leave_the_outcome_unknown_and_say_whose_they_were()
    {
        _cluster.Put("one");
        _cluster[0].Answer();

        _cluster.Disconnect(1, 2);

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal(
            $"1 of 3 replicas confirmed, 2 needed: {_cluster.NameOf(0)} stored, {_cluster.NameOf(1)} connection lost, {_cluster.NameOf(2)} connection lost; outcome unknown",
            _cluster.Sink.Only.Failure);
    }

    [Fact]
    public void A_connection_that_takes_the_place_of_another_tells_the_loss_of_what_went_over_that_one()
    {
        _cluster.Put("one", TestCoordinator.With(w: ConsistencyLevel.All));

        _cluster.Connect(1);

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal(Verdict.Lost, _cluster.Sink.Only.Outcome.Verdicts[1]);
    }

    [Fact]
    public void A_refused_write_is_a_certain_failure()
    {
        _cluster.Put("one");
        foreach (FakeReplica replica in _cluster.Replicas) replica.Refuse(Verdict.Overloaded);

        Assert.Equal(OutcomeKind.Overloaded, _cluster.Sink.Only.Kind);
        Assert.DoesNotContain("unknown", _cluster.Sink.Only.Failure);
    }

    [Fact]
    public void Silence_ends_at_the_timeout_and_not_before()
    {
        _cluster.Put("one", TestCoordinator.With(timeout: 500));
        _cluster[0].Answer();

        _cluster.Loop.Pass(499);
        Assert.Empty(_cluster.Sink.Results);
        _cluster.Loop.Pass(5);

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal([Verdict.Stored, Verdict.Pending, Verdict.Pending], Enumerable.Range(0, 3).Select(rank => _cluster.Sink.Only.Outcome.Verdicts[rank]));
    }

    [Fact]
    public void Answers_to_a_request_that_ended_do_not_reach_the_next_in_its_place()
    {
        _cluster.Put("one", TestCoordinator.With(timeout: 100));
        FakeReplica.Question[] stale = [.. _cluster.Replicas.Select(replica => replica.Take())];
        _cluster.Loop.Pass(110);

        _cluster.Put("two", token: 2);
        foreach (FakeReplica.Question question in stale) question.Answer();

        Assert.Single(_cluster.Sink.Results);
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();
        Assert.Equal([(1UL, OutcomeKind.TimedOut), (2UL, OutcomeKind.Ok)], _cluster.Sink.Results.Select(told => (told.Token, told.Kind)));
    }

    [Fact]
    public void Answers_that_name_a_rank_or_place_that_is_none_change_nothing()
    {
        _cluster.Put("one");
        OperationId asked = _cluster[0].Waiting[0].Operation;
        var stored = new PutReply(Verdict.Stored, Version.None, 1);
        ushort[] ranks = [3, 15, 16, 32, 4095];

        foreach (ushort rank in ranks)
        {
            _cluster.Database.OnPut(asked with { Rank = rank }, stored);
            _cluster.Database.OnGet(asked with { Rank = rank }, GetReply.Refused(Verdict.Unfit, 1));
            _cluster.Database.OnCount(asked with { Rank = rank }, new CountReply(Verdict.Answered, Version.None, default));
            _cluster.Database.OnPut(asked with { Slot = rank }, stored);
            _cluster.Database.OnPut(asked with { Round = rank }, stored);
        }

        Assert.Empty(_cluster.Sink.Results);
    }

    [Fact]
    public void An_answer_that_comes_while_the_client_is_told_does_not_answer_it_twice()
    {
        _cluster.Put("one");
        _cluster.Sink.OnTold = _ => _cluster[2].AnswerAll();

        _cluster[0].Answer();
        _cluster[1].Answer();

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_connection_that_breaks_while_a_put_is_being_sent_is_one_answer()
    {
        _cluster[1].OnAsked = () => _cluster.Disconnect(2);

        _cluster.Put("one", TestCoordinator.With(w: ConsistencyLevel.All));

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal(0, _cluster[2].Asked);
    }

    [Fact]
    public void A_full_table_refuses_and_serves_again_once_there_is_room()
    {
        var cluster = new TestCoordinator(limits: new Limits(MaxRequests: 3));
        for (ulong token = 1; token <= 4; token++) cluster.Put("one", token: token);

        Assert.Equal((4UL, OutcomeKind.Overloaded), (cluster.Sink.Only.Token, cluster.Sink.Only.Kind));
        Assert.Equal("this node has too many requests in flight; nothing was written: try again", cluster.Sink.Only.Failure);
        foreach (FakeReplica replica in cluster.Replicas) replica.AnswerAll();
        cluster.AllPrompt();
        cluster.Put("five", token: 5);
        Assert.Equal((5UL, OutcomeKind.Ok), (cluster.Sink.Results[^1].Token, cluster.Sink.Results[^1].Kind));
    }

    [Fact]
    public void Large_and_small_values_keep_their_bytes_while_requests_are_used_again()
    {
        _cluster.AllPrompt();
        foreach (int size in new[] { 3, 100_000, 0, 1024, 1025, 5, 70_000 })
        {
            string value = new('x', size);
            _cluster.Put(value);
            _cluster.Read();
            Assert.Equal(value, _cluster.Sink.Results[^1].Value);
        }
    }

    [Fact]
    public void Before_the_first_topology_nothing_is_available()
    {
        var loop = new VirtualLoop();
        var clock = new Core.Versions.HybridClock(default, 0);
        var database = new Quorate.Coordinator.QuorumCoordinator(loop, clock, new KeyspaceTable([]), Limits.Default, () => true);
        var sink = new RecordingSink();

        database.Write(Quorate.Coordinator.WriteCommand.Put(0, "k"u8, "v"u8), sink, 1);

        Assert.Equal(OutcomeKind.Unavailable, sink.Only.Kind);
        Assert.Equal("this node has not heard all of its peers yet, so the cluster is not formed", sink.Only.Failure);
    }
}
