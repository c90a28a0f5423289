using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class ClearTests
{
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void A_clear_asks_first_and_then_clears_above_all_that_a_quorum_holds_whatever_the_clock_says()
    {
        _cluster[1].Hold("a", _cluster.Foreign(60_000), "1");
        _cluster.Clear();
        _cluster[0].Answer();
        Assert.Empty(_cluster[0].Waiting);
        _cluster[1].Answer();

        Assert.Equal(["clear"], _cluster[0].Waiting.Select(question => question.Kind));
        _cluster[0].Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[2].AnswerAll();

        Assert.Equal((OutcomeKind.Ok, 2, 2), (_cluster.Sink.Only.Kind, _cluster.Sink.Only.Outcome.Confirmed, _cluster.Sink.Only.Outcome.Needed));
        Version cleared = _cluster.Sink.Only.Version;
        Assert.True(cleared > _cluster.Foreign(60_000).Version);
        Assert.Equal((cleared, Version.None, cleared), (_cluster[0].Cleared, _cluster[1].Cleared, _cluster[2].Cleared));
        _cluster[1].AnswerAll();
        Assert.Equal(cleared, _cluster[1].Cleared);
    }

    [Fact]
    public void An_answer_to_the_question_does_not_count_for_the_clear()
    {
        _cluster.Clear();
        FakeReplica.Question late = _cluster[2].Take();
        _cluster[0].Answer();
        _cluster[1].Answer();
        _cluster[0].Answer();
        late.Answer();
        Assert.Empty(_cluster.Sink.Results);
        _cluster[1].Answer();
        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void Two_clears_of_one_node_never_share_a_version()
    {
        _cluster.AllPrompt();
        _cluster[1].Hold("a", _cluster.Foreign(60_000), "1");
        for (ulong token = 1; token <= 3; token++) _cluster.Clear(token: token);
        Version[] versions = [.. _cluster.Sink.Results.Select(told => told.Version)];
        Assert.Equal(versions.Distinct().Order(), versions);
        Assert.Equal(3, versions.Length);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    public void It_asks_as_many_as_meet_every_write_of_the_usual_W_and_a_majority_at_least(int usual, int asked)
    {
        var keyspace = new Keyspace(KeyspaceTable.DefaultName, 3, ConsistencyLevel.Quorum, ConsistencyLevel.Of(usual), Fanout.Required);
        var cluster = new TestCoordinator(keyspace: keyspace);
        cluster.Clear(TestCoordinator.With(w: ConsistencyLevel.Of(1)));
        for (int rank = 0; rank < asked; rank++)
        {
            Assert.All(cluster.Replicas.Take(rank), replica => Assert.Empty(replica.Waiting));
            cluster[rank].Answer();
        }

        Assert.All(cluster.Replicas.Take(asked), replica => Assert.Single(replica.Waiting));
    }

    [Fact]
    public void It_asks_no_fewer_than_must_clear()
    {
        _cluster.Clear(TestCoordinator.With(w: ConsistencyLevel.All));
        _cluster[0].Answer();
        _cluster[1].Answer();
        Assert.Empty(_cluster[0].Waiting);
        _cluster[2].Answer();
        Assert.Single(_cluster[0].Waiting);
    }

    [Fact]
    public void Where_a_partition_has_too_few_it_is_unavailable_and_nobody_is_asked()
    {
        _cluster.Disconnect(1, 2);
        _cluster.Clear();
        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.Contains($"{_cluster.NameOf(1)} not connected", _cluster.Sink.Only.Failure);
        Assert.Equal(0, _cluster[0].Asked);
    }

    [Fact]
    public void What_fails_before_it_clears_is_certain_and_says_whose()
    {
        _cluster[0].UnfitFor = 5;
        _cluster.Clear();
        _cluster[0].Answer();
        _cluster[1].Refuse(Verdict.WrongEpoch);
        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.Equal(5, _cluster.Sink.Only.Location.Partition);
        Assert.Contains($"{_cluster.NameOf(0)} unfit", _cluster.Sink.Only.Failure);
        Assert.Contains($"{_cluster.NameOf(1)} knows another topology", _cluster.Sink.Only.Failure);
        Assert.Equal(Version.None, _cluster[2].Cleared);
    }

    [Fact]
    public void Silence_before_it_clears_is_unavailable()
    {
        _cluster.Clear();
        _cluster[0].Answer();
        _cluster.Loop.Pass(RequestOptions.DefaultTimeout + 4);
        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.Contains($"{_cluster.NameOf(1)} no answer", _cluster.Sink.Only.Failure);
    }

    [Fact]
    public void A_member_that_goes_between_the_question_and_the_clear_makes_it_unavailable_and_nothing_is_cleared()
    {
        _cluster[1].IsReachable = true;
        _cluster.Disconnect(2);
        _cluster.Clear();
        _cluster[1].Answer();
        _cluster[1].IsReachable = false;
        _cluster[0].Answer();
        Assert.Equal((OutcomeKind.Unavailable, Version.None), (_cluster.Sink.Only.Kind, _cluster[0].Cleared));
        Assert.Empty(_cluster[0].Waiting);
    }

    [Fact]
    public void What_fails_once_it_clears_is_unknown_unless_all_refused()
    {
        BeginClearing(_cluster);
        _cluster[0].Answer();
        _cluster.Disconnect(1);
        Assert.Empty(_cluster.Sink.Results);
        _cluster[2].Refuse(Verdict.Overloaded);
        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        foreach ((int rank, string what) in new[] { (0, "stored"), (1, "connection lost"), (2, "overloaded") })
            Assert.Contains($"{_cluster.NameOf(rank)} {what}", _cluster.Sink.Only.Failure);

        var refusing = new TestCoordinator();
        BeginClearing(refusing);
        refusing[0].Refuse(Verdict.Overloaded);
        refusing[1].Refuse(Verdict.Overloaded);
        Assert.Empty(refusing.Sink.Results);
        refusing[2].Refuse(Verdict.Overloaded);
        Assert.Equal(OutcomeKind.Overloaded, refusing.Sink.Only.Kind);
    }

    [Fact]
    public void Silence_once_it_clears_is_unknown()
    {
        BeginClearing(_cluster);
        _cluster[0].Answer();
        _cluster.Loop.Pass(RequestOptions.DefaultTimeout + 4);
        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
    }

    [Fact]
    public void A_clear_waits_for_the_clocks_mark_and_goes_above_what_it_learns_meanwhile()
    {
        var cluster = new TestCoordinator(hasMark: false);
        cluster.Clear();
        cluster[0].Answer();
        cluster[1].Answer();
        Assert.Empty(cluster[0].Waiting);
        cluster[2].Hold("a", cluster.Foreign(60_000), "1");
        cluster[2].Answer();
        cluster.Clock.RaiseMark(long.MaxValue);
        cluster.Database.OnMarkRaised();
        foreach (FakeReplica replica in cluster.Replicas) replica.Answer();
        Assert.Equal(OutcomeKind.Ok, cluster.Sink.Only.Kind);
        Assert.True(cluster.Sink.Only.Version > cluster.Foreign(60_000).Version);
    }

    [Fact]
    public void A_node_whose_clock_is_off_refuses_and_so_does_a_W_above_N()
    {
        _cluster.ClockAgrees = false;
        _cluster.Clear();
        Assert.Equal(OutcomeKind.ClockDrift, _cluster.Sink.Only.Kind);
        var other = new TestCoordinator();
        other.Clear(TestCoordinator.With(w: ConsistencyLevel.Of(4)));
        Assert.Equal(OutcomeKind.Invalid, other.Sink.Only.Kind);
    }

    [Fact]
    public void A_count_leaves_out_what_a_replica_still_holds_that_missed_a_clear()
    {
        foreach (string key in new[] { "a", "b", "c" }) _cluster[0].Hold(key, _cluster.Foreign(0), "1");
        _cluster[1].Cleared = _cluster.Foreign(1).Version;
        _cluster[1].Hold("d", _cluster.Foreign(2), "1");
        foreach (int[] order in new[] { new[] { 0, 1, 2 }, [1, 0, 2], [2, 1, 0] })
        {
            _cluster.Sink.Results.Clear();
            _cluster.Database.Count(0, default, _cluster.Sink, 1);
            foreach (int rank in order) _cluster[rank].Answer();
            Assert.Equal("1", _cluster.Sink.Only.Value);
        }
    }

    [Fact]
    public void A_scan_leaves_out_what_a_replica_still_holds_that_missed_a_clear()
    {
        _cluster.AllPrompt();
        _cluster[0].Hold(TestCoordinator.Key, _cluster.Foreign(0), "1");
        _cluster[1].Cleared = _cluster.Foreign(1).Version;
        _cluster.Disconnect(2);
        int partition = Partition.Of("k"u8);
        _cluster.Database.Scan(new ScanCommand(0, new ScanPoint(partition, 0), 10, default), _cluster.Sink, 1);
        Assert.Equal("", _cluster.Sink.Only.Value);

        _cluster.Sink.Results.Clear();
        _cluster[0].Hold(TestCoordinator.Key, _cluster.Foreign(2), "2");
        _cluster.Database.Scan(new ScanCommand(0, new ScanPoint(partition, 0), 10, default), _cluster.Sink, 1);
        Assert.Equal(TestCoordinator.Key, _cluster.Sink.Only.Value);
    }

    private static void BeginClearing(TestCoordinator cluster)
    {
        cluster.Clear();
        foreach (FakeReplica replica in cluster.Replicas) replica.Answer();
    }
}
