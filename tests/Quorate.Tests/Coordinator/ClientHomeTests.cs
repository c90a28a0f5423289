using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

/// <summary>The coordinator in its second home, a client: it is no member, and has neither a replica nor a place for hints.</summary>
public class ClientHomeTests
{
    private readonly TestCoordinator _client = new(members: 5, self: null);

    public ClientHomeTests() => _client.AllPrompt();

    [Fact]
    public void What_it_puts_is_what_it_reads_under_its_own_writer_id()
    {
        _client.Put("one");
        _client.Read(token: 2);

        Assert.Equal(_client.Clock.Writer, _client.Sink.Results[0].Version.Writer);
        Assert.Equal("one", _client.Sink.Results[1].Value);
    }

    [Fact]
    public void A_hint_for_a_home_replica_that_is_away_is_kept_by_a_node()
    {
        _client.Disconnect(1);

        _client.Put("one");

        Assert.Equal(OutcomeKind.Ok, _client.Sink.Only.Kind);
        Assert.Equal(new HintFor(_client.IdOf(1), IsCounted: false), Assert.Single(_client[0].Hints).For);
    }

    [Fact]
    public void Nobody_is_asked_to_keep_a_hint_for_itself()
    {
        _client[0].IsPrompt = false;
        _client.Put("one");
        Assert.Equal(OutcomeKind.Ok, _client.Sink.Only.Kind);

        _client.Loop.Pass(250);

        Assert.Equal(_client.IdOf(0), Assert.Single(_client[1].Hints).For.Home);
        _client[0].AnswerAll();
    }

    [Fact]
    public void Without_anybody_to_keep_it_there_is_no_hint_and_the_write_ends()
    {
        _client.Disconnect(0, 2, 3, 4);

        _client.Put("one", TestCoordinator.With(w: ConsistencyLevel.Of(1)));

        Assert.Equal(OutcomeKind.Ok, _client.Sink.Only.Kind);
        Assert.All(_client.Replicas, replica => Assert.DoesNotContain(replica.Hints, hint => hint.For.Home != _client.IdOf(0) && hint.For.Home != _client.IdOf(2)));
        Assert.Equal(2, _client[1].Hints.Count);
    }

    [Fact]
    public void At_any_the_hint_of_one_node_is_enough()
    {
        _client.Disconnect(0, 1, 2, 3);

        _client.Put("one", TestCoordinator.With(w: ConsistencyLevel.Any));

        Assert.Equal(OutcomeKind.Ok, _client.Sink.Only.Kind);
        Assert.Equal(3, _client[4].Hints.Select(hint => hint.For.Home).Distinct().Count());
    }

    [Fact]
    public void A_read_modify_write_is_handed_to_a_home_replica()
    {
        _client.PutIf(EditCondition.KeyMissing, "one");

        Assert.Equal(1, _client[0].Asked);
        Assert.All(_client.Replicas.Skip(1), replica => Assert.Equal(0, replica.Asked));
    }
}
