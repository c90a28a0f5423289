using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

/// <summary>Five members, three home replicas: ranks 3 and 4 are the fallbacks, and the coordinator is rank 4.</summary>
public class SloppyTests
{
    private static readonly RequestOptions Sloppy = TestCoordinator.With(quorum: QuorumKind.Sloppy);
    private readonly TestCoordinator _cluster = new(members: 5, self: 4);

    [Fact]
    public void A_home_replica_that_is_away_gets_a_hint_kept_by_the_coordinator()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(1);

        _cluster.Put("one");

        Assert.Equal(new HintFor(_cluster.IdOf(1), IsCounted: false), Assert.Single(_cluster[4].Hints).For);
        Assert.Equal(_cluster.Sink.Only.Version, _cluster[4].Hints[0].Version);
    }

    [Fact]
    public void A_home_replica_that_stays_silent_gets_a_hint_after_the_answer()
    {
        _cluster.AllPrompt();
        _cluster[1].IsPrompt = false;
        _cluster.Put("one");
        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.Empty(_cluster[4].Hints);

        _cluster.Loop.Pass(250);

        Assert.Equal(_cluster.IdOf(1), Assert.Single(_cluster[4].Hints).For.Home);
        _cluster[1].AnswerAll();
    }

    [Fact]
    public void A_home_replica_that_answers_after_the_client_was_told_gets_none()
    {
        _cluster.AllPrompt();
        _cluster[1].IsPrompt = false;
        _cluster.Put("one");
        _cluster[1].AnswerAll();

        _cluster.Loop.Pass(3_000);

        Assert.Empty(_cluster[4].Hints);
    }

    [Fact]
    public void A_suspected_home_replica_is_sent_nothing_and_gets_a_hint_at_once()
    {
        _cluster.AllPrompt();
        _cluster.Database.Suspect(_cluster.MemberAt(1), true);

        _cluster.Put("one");

        Assert.Equal(0, _cluster[1].Asked);
        Assert.Equal(_cluster.IdOf(1), Assert.Single(_cluster[4].Hints).For.Home);
    }

    [Fact]
    public void A_write_that_waits_for_a_home_replica_is_hinted_when_that_one_is_suspected()
    {
        _cluster.AllPrompt();
        _cluster[1].IsPrompt = false;
        _cluster.Put("one");

        _cluster.Database.Suspect(_cluster.MemberAt(1), true);

        Assert.Equal(_cluster.IdOf(1), Assert.Single(_cluster[4].Hints).For.Home);
    }

    [Fact]
    public void A_strict_quorum_needs_home_replicas()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(0, 1);

        _cluster.Put("one");

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.Asked));
    }

    [Fact]
    public void In_a_sloppy_quorum_a_fallback_with_a_counted_hint_counts()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(0, 1);

        _cluster.Put("one", Sloppy);

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.Equal(new HintFor(_cluster.IdOf(0), IsCounted: true), Assert.Single(_cluster[3].Hints).For);
        Assert.Equal(new HintFor(_cluster.IdOf(1), IsCounted: false), Assert.Single(_cluster[4].Hints).For);
    }

    [Fact]
    public void At_any_the_hint_of_one_node_is_enough()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(0, 1, 2, 3);

        _cluster.Put("one", TestCoordinator.With(w: ConsistencyLevel.Any));

        Assert.Equal(OutcomeKind.Ok, _cluster.Sink.Only.Kind);
        Assert.Equal([true, false, false], _cluster[4].Hints.Select(hint => hint.For.IsCounted));
        Assert.Equal(3, _cluster[4].Hints.Select(hint => hint.For.Home).Distinct().Count());
    }

    [Fact]
    public void A_sloppy_read_counts_a_fallback_only_with_an_entry()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(0, 1);
        _cluster.Put("one", Sloppy);
        _cluster.Read(Sloppy, token: 2);
        Assert.Equal("one", _cluster.Sink.Results[1].Value);

        var empty = new TestCoordinator(members: 5, self: 4);
        empty.AllPrompt();
        empty.Disconnect(0, 1);
        empty.Read(Sloppy);
        Assert.Equal(OutcomeKind.Unavailable, empty.Sink.Only.Kind);
        Assert.Contains($"fallback {empty.NameOf(3)} keeps no hint", empty.Sink.Only.Failure);
    }

    [Fact]
    public void An_edit_needs_a_home_replica_to_run_at()
    {
        _cluster.AllPrompt();
        _cluster.Disconnect(0, 1, 2);

        _cluster.PutIf(Core.DataTypes.EditCondition.KeyMissing, "one", Sloppy);

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
    }
}
