using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class EditTests
{
    private const string Key = TestCoordinator.Key;
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void An_edit_reads_at_a_quorum_and_then_puts()
    {
        _cluster.PutIf(EditCondition.KeyMissing, "one");
        Assert.All(_cluster.Replicas.Take(2), replica => Assert.Equal("get", replica.Waiting[0].Kind));
        _cluster[0].Answer();
        _cluster[1].Answer();
        Assert.All(_cluster.Replicas, replica => Assert.Equal("put", replica.Waiting[0].Kind));
        _cluster[1].Answer();
        _cluster[2].Answer();

        Assert.True(_cluster.Sink.Only.Applied);
        Assert.Equal(_cluster[1].Held(Key).Head.Version, _cluster.Sink.Only.Version);
    }

    [Fact]
    public void An_edit_whose_condition_does_not_hold_puts_nothing_and_says_what_is_there()
    {
        _cluster.AllPrompt();
        _cluster.Put("one");

        _cluster.PutIf(EditCondition.KeyMissing, "two");

        RecordingSink.Told told = _cluster.Sink.Results[1];
        Assert.Equal((OutcomeKind.Ok, false, "one", Version.None), (told.Kind, told.Applied, told.Value, told.Version));
        Assert.Equal("one", _cluster[0].Held(Key).Value);
    }

    [Fact]
    public void An_edit_whose_sink_fails_holds_up_none_of_those_behind_it()
    {
        for (ulong token = 1; token <= 4; token++) _cluster.PutIf(EditCondition.None, $"{token}", token: token);
        _cluster.AllPrompt();
        _cluster.Sink.OnTold = _ => throw new InvalidOperationException("the sink");
        _cluster[0].Answer();

        Assert.Throws<InvalidOperationException>(() => _cluster[1].Answer());

        Assert.Equal([1, 2, 3, 4], _cluster.Sink.Results.Select(told => told.Token));
    }

    [Fact]
    public void An_expiry_is_set_beside_the_value_and_its_version()
    {
        _cluster.AllPrompt();
        _cluster.Put("one");
        Version put = _cluster.Sink.Results[0].Version;

        _cluster.Expire(_cluster.Loop.WallClock + 1_000);

        EntryHead head = _cluster[2].Held(Key).Head;
        Assert.Equal((put, 1U, "one"), (head.Version, head.Expiry.Generation, _cluster[2].Held(Key).Value));
        _cluster.Read();
        Assert.Equal("one", _cluster.Sink.Results[^1].Value);
        _cluster.Loop.Pass(1_000);
        _cluster.Read();
        Assert.Null(_cluster.Sink.Results[^1].Value);
    }

    [Fact]
    public void Edits_of_one_key_run_one_at_a_time_in_order()
    {
        for (ulong token = 1; token <= 3; token++) _cluster.PutIf(EditCondition.KeyMissing, $"{token}", token: token);
        Assert.Single(_cluster[0].Waiting);

        while (_cluster.Replicas.Any(replica => replica.Waiting.Count > 0))
        {
            foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();
        }

        Assert.Equal([(1UL, true), (2UL, false), (3UL, false)], _cluster.Sink.Results.Select(told => (told.Token, told.Applied)));
        Assert.Equal("1", _cluster[0].Held(Key).Value);
    }

    [Fact]
    public void An_edit_that_is_beaten_reads_again_and_judges_what_beat_it()
    {
        _cluster.PutIf(EditCondition.KeyMissing, "mine");
        _cluster[0].Answer();
        _cluster[1].Answer();
        EntryHead theirs = _cluster.Foreign(400);
        foreach (FakeReplica replica in _cluster.Replicas) replica.Hold(Key, theirs, "theirs");
        foreach (FakeReplica replica in _cluster.Replicas) replica.Answer();
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();

        Assert.Equal((OutcomeKind.Ok, false, "theirs"), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Applied, _cluster.Sink.Only.Value));
    }

    [Fact]
    public void An_edit_that_reads_its_own_put_after_it_was_beaten_has_applied_and_is_not_made_twice()
    {
        _cluster.Append("one");
        _cluster[0].Answer();
        _cluster[1].Answer();
        // One replica stores the put, one has something newer that nobody was told of, and one stores it and is late to say so.
        _cluster[1].Hold(Key, _cluster.Foreign(400), "theirs");
        _cluster[0].Answer();
        _cluster[1].Answer();
        _cluster.Loop.Pass(20);
        _cluster[1].Waiting.Clear();
        _cluster.Loop.Pass(200);

        _cluster[0].AnswerAll();
        _cluster[2].AnswerAll();
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();

        Assert.Equal((OutcomeKind.Ok, true), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Applied));
        Assert.Equal("one", _cluster[0].Held(Key).Value);
        Assert.Equal(_cluster[0].Held(Key).Head.Version, _cluster.Sink.Only.Version);
    }

    [Fact]
    public void An_edit_that_is_beaten_every_time_is_unknown_and_says_by_whom()
    {
        _cluster.AllPrompt();
        long ahead = 0;
        foreach (FakeReplica replica in _cluster.Replicas)
        {
            // Something newer arrives at every replica between each read and its put.
            replica.OnAsked = () => replica.Hold(Key, _cluster.Foreign(ahead += 1_000), "theirs");
        }

        _cluster.PutIf(EditCondition.None, "mine");

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Contains("has a newer version", _cluster.Sink.Only.Failure);
    }

    [Fact]
    public void An_edit_goes_to_the_first_live_home_replica()
    {
        var cluster = new TestCoordinator(members: 4, self: 3);
        cluster.PutIf(EditCondition.KeyMissing, "one");
        Assert.Equal([1, 0, 0, 0], cluster.Replicas.Select(replica => replica.Asked));

        cluster.Disconnect(0);
        Assert.Equal(OutcomeKind.TimedOut, cluster.Sink.Only.Kind);
        Assert.Equal(Verdict.Lost, cluster.Sink.Only.Outcome.Verdicts[0]);
        cluster.PutIf(EditCondition.KeyMissing, "one", token: 2);
        Assert.Equal([1, 1, 0, 0], cluster.Replicas.Select(replica => replica.Asked));
    }

    [Fact]
    public void An_answer_from_the_node_that_runs_it_is_passed_on()
    {
        var cluster = new TestCoordinator(members: 4, self: 3);
        cluster.PutIf(EditCondition.KeyMissing, "one");
        var outcome = new Outcome(OutcomeKind.Unavailable, 2, 16, 0, default);

        cluster.Database.OnEdit(cluster[0].Waiting[0].Operation, new EditReply(outcome, false, default, Version.None));

        Assert.Equal(OutcomeKind.Unavailable, cluster.Sink.Only.Kind);
        Assert.StartsWith("0 of 16 replicas confirmed, 2 needed: ", cluster.Sink.Only.Failure);
    }

    [Fact]
    public void Silence_of_the_node_that_runs_it_ends_at_the_timeout()
    {
        var cluster = new TestCoordinator(members: 4, self: 3);
        cluster.PutIf(EditCondition.KeyMissing, "one", TestCoordinator.With(timeout: 100));

        cluster.Loop.Pass(104);

        Assert.Equal(OutcomeKind.TimedOut, cluster.Sink.Only.Kind);
    }

    [Fact]
    public void Edits_that_waited_for_another_until_their_time_was_over_changed_nothing()
    {
        _cluster.PutIf(EditCondition.None, "one", TestCoordinator.With(timeout: 500));
        _cluster.Loop.Pass(1);
        for (ulong token = 2; token <= 4; token++) _cluster.PutIf(EditCondition.None, "two", TestCoordinator.With(timeout: 100), token);

        _cluster.Loop.Pass(600);

        Assert.All(_cluster.Sink.Results.Take(3), told => Assert.True(told.Kind is OutcomeKind.Overloaded or OutcomeKind.TimedOut));
        Assert.Equal(4, _cluster.Sink.Results.Count);
        Assert.All(_cluster.Replicas, replica => Assert.Empty(replica.PutVersions));
        foreach (FakeReplica replica in _cluster.Replicas) replica.Waiting.Clear();
        _cluster.AllPrompt();
        _cluster.PutIf(EditCondition.None, "three", token: 5);
        Assert.True(_cluster.Sink.Results[^1].Applied);
    }

    [Fact]
    public void More_than_a_thousand_edits_waiting_for_one_key_are_refused()
    {
        for (ulong token = 1; token <= 1_002; token++) _cluster.PutIf(EditCondition.None, "one", token: token);

        Assert.Equal((1_002UL, OutcomeKind.Overloaded), (_cluster.Sink.Only.Token, _cluster.Sink.Only.Kind));
        _cluster.AllPrompt();
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();
        Assert.Equal(1_002, _cluster.Sink.Results.Count);
    }

    [Fact]
    public void A_thousand_edits_that_end_within_their_start_do_not_pile_up_on_the_stack()
    {
        var cluster = new TestCoordinator(members: 1, hasMark: false);
        cluster.AllPrompt();
        for (ulong token = 1; token <= 1_000; token++) cluster.PutIf(EditCondition.None, "one", token: token);
        int deepest = 0;
        cluster[0].OnAsked = () => deepest = Math.Max(deepest, new System.Diagnostics.StackTrace().FrameCount);

        cluster.Clock.RaiseMark(long.MaxValue);
        cluster.Database.OnMarkRaised();

        Assert.Equal(1_000, cluster.Sink.Results.Count(told => told.Applied));
        Assert.InRange(deepest, 1, 200);
    }

    [Fact]
    public void A_session_that_throws_at_its_answer_does_not_hold_up_the_key()
    {
        _cluster.AllPrompt();
        _cluster.Sink.OnTold = _ => throw new InvalidOperationException("a broken session");
        Assert.Throws<InvalidOperationException>(() => _cluster.PutIf(EditCondition.None, "one"));
        _cluster.Sink.OnTold = null;

        _cluster.PutIf(EditCondition.None, "two", token: 2);

        Assert.True(_cluster.Sink.Results[^1].Applied);
    }

    [Fact]
    public void An_edit_counts_as_one_request()
    {
        _cluster.AllPrompt();

        _cluster.PutIf(EditCondition.None, "one");
        _cluster.Disconnect(1);
        _cluster[2].IsPrompt = false;
        _cluster.PutIf(EditCondition.None, "two");
        _cluster.Disconnect(2);

        Assert.Equal((0, 1, 1), (_cluster.Database.Counters.Reads, _cluster.Database.Counters.Writes, _cluster.Database.Counters.Failures));
    }

    [Fact]
    public void An_edit_sees_a_write_that_needed_only_one_replica_more_than_the_rest()
    {
        _cluster.AllPrompt();

        _cluster.PutIf(EditCondition.None, "one", TestCoordinator.With(r: ConsistencyLevel.Of(1), w: ConsistencyLevel.Of(1)));

        // The read asked a majority, whatever the request said.
        Assert.Equal(1 + 1 + 1, _cluster[0].Asked);
        Assert.Equal(2, _cluster[1].Asked);
    }

    [Fact]
    public void An_edit_that_its_home_replica_refuses_says_whose_refusal_it_was_and_why()
    {
        var client = new TestCoordinator(self: null);
        client.PutIf(EditCondition.None, "one");
        OperationId asked = client[0].Waiting.Single().Operation;

        client.Database.OnEdit(asked, new EditReply(Outcome.Failed(OutcomeKind.Unavailable), false, default, Version.None));

        Assert.Equal(OutcomeKind.Unavailable, client.Sink.Only.Kind);
        Assert.StartsWith($"0 of 3 replicas confirmed, 2 needed: {client.NameOf(0)} knows another topology, {client.NameOf(1)} not asked", client.Sink.Only.Failure);
    }

    [Fact]
    public void A_peer_that_asks_for_a_keyspace_that_is_none_is_refused()
    {
        var sink = new EditAnswers();
        var request = new EditRequest(999, Epochs.Of(1), "k"u8, RegisterEdit.Persist(), default);

        _cluster.Database.RunEdit(request, default, sink);

        Assert.Equal(OutcomeKind.Invalid, sink.Outcome.Kind);
        Assert.Equal("the node that was asked has no such keyspace; nothing was written", FailureText.Describe(sink.Outcome, default));
    }

    private sealed class EditAnswers : Quorate.Coordinator.IReplySink
    {
        public Outcome Outcome { get; private set; }

        public void OnEdit(OperationId operation, in EditReply reply) => Outcome = reply.Outcome;

        public void OnPut(OperationId operation, in PutReply reply) => throw new NotSupportedException();

        public void OnGet(OperationId operation, in GetReply reply) => throw new NotSupportedException();

        public void OnCount(OperationId operation, in CountReply reply) => throw new NotSupportedException();

        public void OnScan(OperationId operation, in ScanReply reply) => throw new NotSupportedException();

        public void OnClear(OperationId operation, in ClearReply reply) => throw new NotSupportedException();
    }
}
