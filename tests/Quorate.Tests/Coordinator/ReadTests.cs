using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class ReadTests
{
    private const string Key = TestCoordinator.Key;
    private static readonly string Large = new('x', GetRequest.DigestAbove + 1);
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void A_read_asks_R_its_own_replica_first_and_answers_what_they_agree_on()
    {
        HoldEverywhere("one");

        _cluster.Read();
        Assert.Equal([1, 1, 0], _cluster.Replicas.Select(replica => replica.Asked));
        _cluster[0].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[1].Answer();

        Assert.Equal("one", _cluster.Sink.Only.Value);
        Assert.Equal(0, _cluster.Sink.Only.Repaired);
    }

    [Fact]
    public void A_coordinator_that_is_not_home_to_the_key_asks_the_first_replica_for_the_value()
    {
        var cluster = new TestCoordinator(members: 4, self: 3);
        foreach (FakeReplica replica in cluster.Replicas.Take(3)) replica.Hold(Key, cluster.Foreign(0), Large);

        cluster.Read();

        Assert.Equal([1, 1, 0, 0], cluster.Replicas.Select(replica => replica.Asked));
        Assert.Equal([int.MaxValue, GetRequest.DigestAbove], cluster.Replicas.Take(2).Select(replica => replica.Waiting[0].Size));
        cluster[0].Answer();
        cluster[1].Answer();
        Assert.Equal(Large, cluster.Sink.Only.Value);
    }

    [Fact]
    public void Nothing_stored_is_an_answer_without_a_version()
    {
        _cluster.AllPrompt();

        _cluster.Read();

        Assert.Equal((OutcomeKind.Ok, null, Version.None), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Value, _cluster.Sink.Only.Version));
    }

    [Fact]
    public void A_deleted_or_expired_key_is_absent_and_has_the_version_of_what_hides_it()
    {
        _cluster.AllPrompt();
        EntryHead expired = _cluster.Foreign(0) with { Expiry = Expiry.At(_cluster.Loop.WallClock) };
        foreach (FakeReplica replica in _cluster.Replicas) replica.Hold(Key, expired, "one");
        _cluster.Read();
        _cluster.Delete();
        _cluster.Read();

        Assert.Equal((null, expired.Version), (_cluster.Sink.Results[0].Value, _cluster.Sink.Results[0].Version));
        Assert.Equal((null, _cluster.Sink.Results[1].Version), (_cluster.Sink.Results[2].Value, _cluster.Sink.Results[2].Version));
    }

    [Fact]
    public void A_further_replica_is_asked_when_one_is_later_than_it_usually_is()
    {
        HoldEverywhere("one");
        _cluster.Read();
        _cluster[0].Answer();

        _cluster.Loop.Pass(1);
        Assert.Equal(0, _cluster[2].Asked);
        _cluster.Loop.Pass(4);
        Assert.Equal(1, _cluster[2].Asked);
        _cluster[2].Answer();

        Assert.Equal("one", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void Where_the_one_that_was_to_bring_the_value_is_late_the_next_brings_it()
    {
        var cluster = new TestCoordinator(members: 4, self: 3);
        string value = new('x', 10_000);
        foreach (FakeReplica replica in cluster.Replicas) replica.Hold(TestCoordinator.Key, cluster.Foreign(0), value);
        cluster.Read();
        cluster[1].Answer();
        cluster.Loop.Pass(10);

        cluster[2].Answer();

        Assert.Equal(value, cluster.Sink.Only.Value);
    }

    [Fact]
    public void A_replica_that_was_silent_is_asked_after_the_quick_ones()
    {
        HoldEverywhere("one");
        _cluster[0].IsPrompt = _cluster[2].IsPrompt = true;
        for (int i = 0; i < 8; i++)
        {
            _cluster.Read();
            _cluster.Loop.Pass(20);
        }

        Assert.Equal(8, _cluster.Sink.Results.Count);
        Assert.Equal(1, _cluster[1].Asked);
    }

    [Fact]
    public void A_suspected_replica_is_asked_last()
    {
        HoldEverywhere("one");
        _cluster.Database.Suspect(_cluster.MemberAt(1), true);
        _cluster.Read();
        Assert.Equal((1, 0, 1), (_cluster[0].Asked, _cluster[1].Asked, _cluster[2].Asked));

        _cluster.Disconnect(2);

        Assert.Equal(1, _cluster[1].Asked);
    }

    [Fact]
    public void Whoever_waits_for_a_replica_that_is_suspected_asks_another()
    {
        HoldEverywhere("one");
        _cluster.Read();
        _cluster[0].Answer();

        _cluster.Database.Suspect(_cluster.MemberAt(1), true);
        _cluster[2].Answer();

        Assert.Equal("one", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void A_replica_whose_connection_breaks_is_replaced_at_once()
    {
        HoldEverywhere("one");
        _cluster.Read();
        _cluster[0].Answer();

        _cluster.Disconnect(1);
        _cluster[2].Answer();

        Assert.Equal("one", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void Bytes_of_which_only_a_digest_came_are_fetched()
    {
        _cluster[0].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster[1].Hold(Key, _cluster.Foreign(0), Large);
        _cluster.Read();
        _cluster[0].Answer();
        _cluster[1].Answer();

        Assert.Equal(int.MaxValue, _cluster[1].Waiting[0].Size);
        _cluster[1].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[0].Answer();

        Assert.Equal((Large, 1), (_cluster.Sink.Only.Value, _cluster.Sink.Only.Repaired));
        Assert.Equal(Large, _cluster[0].Held(Key).Value);
    }

    [Fact]
    public void A_late_fetch_is_tried_from_another_replica_that_holds_the_value()
    {
        _cluster[1].Hold(Key, _cluster.Foreign(0), Large);
        _cluster[2].Hold(Key, _cluster.Foreign(0), Large);
        _cluster.Read(TestCoordinator.With(fanout: Fanout.All));
        foreach (FakeReplica replica in _cluster.Replicas) replica.Answer();
        Assert.Single(_cluster[1].Waiting);
        Assert.Empty(_cluster[2].Waiting);

        _cluster.Loop.Pass(12);
        _cluster[2].Answer();

        Assert.Equal(Large, _cluster.Sink.Only.Value);
    }

    [Fact]
    public void When_the_only_holder_breaks_before_giving_its_bytes_the_others_answer()
    {
        _cluster[0].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster[1].Hold(Key, _cluster.Foreign(0), Large);
        _cluster[2].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster.Read();
        _cluster[0].Answer();
        _cluster[1].Answer();

        _cluster.Disconnect(1);
        _cluster[2].Answer();
        _cluster[0].AnswerAll();

        Assert.Equal("old", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void At_a_quorum_the_answer_waits_until_R_hold_it()
    {
        _cluster[0].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster[1].Hold(Key, _cluster.Foreign(0), "new");
        _cluster.Read();
        _cluster[0].Answer();
        _cluster[1].Answer();

        Assert.Empty(_cluster.Sink.Results);
        Assert.Equal("put", _cluster[0].Waiting[0].Kind);
        _cluster[0].Answer();

        Assert.Equal(("new", 1), (_cluster.Sink.Only.Value, _cluster.Sink.Only.Repaired));
        Assert.Equal("new", _cluster[0].Held(Key).Value);
    }

    [Fact]
    public void At_one_it_does_not_wait()
    {
        _cluster[0].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster[1].Hold(Key, _cluster.Foreign(0), "new");

        _cluster.Read(TestCoordinator.With(r: ConsistencyLevel.Of(1), fanout: Fanout.All));
        _cluster[1].Answer();
        Assert.Equal("new", _cluster.Sink.Only.Value);
        _cluster[0].Answer();
        _cluster[0].Answer();

        Assert.Equal("new", _cluster[0].Held(Key).Value);
    }

    [Fact]
    public void Fanout_all_repairs_late_answers_after_the_reply()
    {
        HoldEverywhere("new");
        _cluster[2].Hold(Key, _cluster.Foreign(-1_000), "old");
        _cluster.Read(TestCoordinator.With(fanout: Fanout.All));
        _cluster[0].Answer();
        _cluster[1].Answer();
        Assert.Equal("new", _cluster.Sink.Only.Value);

        _cluster.Loop.Pass(300);
        _cluster[2].AnswerAll();

        Assert.Equal("new", _cluster[2].Held(Key).Value);
        Assert.Equal(1, _cluster.Database.Counters.Repairs);
        Assert.Single(_cluster.Sink.Results);
    }

    [Fact]
    public void A_tombstone_that_wins_over_a_value_is_written_back_without_the_value()
    {
        HoldEverywhere("old");
        _cluster[1].Hold(Key, EntryHead.Tombstone(_cluster.Foreign(1).Version), "");
        _cluster.Read();
        _cluster[0].Answer();
        _cluster[1].Answer();

        Assert.Equal(("put", 0), (_cluster[0].Waiting[0].Kind, _cluster[0].Waiting[0].Size));
        _cluster[0].Answer();
        Assert.Null(_cluster.Sink.Only.Value);
    }

    [Fact]
    public void Too_few_connections_are_unavailable_at_once()
    {
        _cluster.Disconnect(1, 2);

        _cluster.Read();

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.Asked));
    }

    [Fact]
    public void Silence_ends_at_the_timeout()
    {
        _cluster.Read(TestCoordinator.With(timeout: 50));

        _cluster.Loop.Pass(49);
        Assert.Empty(_cluster.Sink.Results);
        _cluster.Loop.Pass(5);

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_session_that_throws_at_its_answer_does_not_keep_the_place_for_ever()
    {
        var cluster = new TestCoordinator(limits: new Core.Limits(MaxRequests: 1));
        cluster.AllPrompt();
        cluster.Sink.OnTold = _ => throw new InvalidOperationException("a broken session");
        Assert.Throws<InvalidOperationException>(() => cluster.Read());
        cluster.Sink.OnTold = null;

        cluster.Loop.Pass(RequestOptions.DefaultTimeout + 20);
        cluster.Read(token: 2);

        Assert.Equal([OutcomeKind.Ok, OutcomeKind.Ok], cluster.Sink.Results.Select(told => told.Kind));
    }

    [Fact]
    public void Reads_begun_within_the_answer_of_another_are_answered_each_once()
    {
        HoldEverywhere("one");
        _cluster.AllPrompt();
        _cluster.Sink.OnTold = told =>
        {
            if (told.Token < 50) _cluster.Read(token: told.Token + 1);
        };

        _cluster.Read(token: 1);

        Assert.Equal(Enumerable.Range(1, 50).Select(token => (ulong)token), _cluster.Sink.Results.Select(told => told.Token));
    }

    private void HoldEverywhere(string value)
    {
        EntryHead head = _cluster.Foreign(0);
        foreach (FakeReplica replica in _cluster.Replicas) replica.Hold(Key, head, value);
    }
}
