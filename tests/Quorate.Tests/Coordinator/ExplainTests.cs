using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class ExplainTests
{
    private static readonly RequestOptions Explained = TestCoordinator.With(explain: true);
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void Only_an_explained_request_keeps_lines()
    {
        _cluster.AllPrompt();
        _cluster.Put("one");
        Assert.Null(_cluster.Sink.Only.Explanation);
    }

    [Fact]
    public void A_write_says_to_whom_it_was_sent_what_each_answered_and_when()
    {
        _cluster.Disconnect(2);
        _cluster.Put("one", Explained);
        _cluster.Loop.Pass(3);
        _cluster[0].Answer();
        _cluster[1].Answer();

        Assert.Equal(["0 r0 sent", "0 r1 sent", "0 r2 not connected", "3000 r0 stored", "3000 r1 stored"], Lines());
    }

    [Fact]
    public void Answers_in_the_name_of_a_rank_that_there_is_not_are_not_told()
    {
        _cluster.Put("one", Explained);
        _cluster.Database.OnPut(_cluster[0].Waiting[0].Operation with { Rank = 3 }, new PutReply(Verdict.Stored, default, 1));
        _cluster.Read(Explained, token: 2);
        _cluster.Database.OnGet(_cluster[0].Waiting[1].Operation with { Rank = 3 }, GetReply.Refused(Verdict.Unfit, 1));
        foreach (FakeReplica replica in _cluster.Replicas) replica.AnswerAll();

        Assert.All(_cluster.Sink.Results, told => Assert.Equal(OutcomeKind.Ok, told.Kind));
    }

    [Fact]
    public void A_restamp_is_seen_as_a_second_sending()
    {
        foreach (FakeReplica replica in _cluster.Replicas) replica.Hold(TestCoordinator.Key, _cluster.Foreign(1_000), "newer");
        _cluster.AllPrompt();
        _cluster.Put("one", Explained);

        Assert.Equal(2, Lines().Count(line => line == "0 r0 sent"));
        Assert.Contains("0 r1 has a newer version", Lines());
    }

    [Fact]
    public void A_read_says_who_was_behind_and_repaired()
    {
        _cluster.AllPrompt();
        _cluster[0].Hold(TestCoordinator.Key, _cluster.Foreign(-1_000), "old");
        _cluster[1].Hold(TestCoordinator.Key, _cluster.Foreign(0), "new");
        _cluster.Read(Explained);

        Assert.Equal(["0 r0 asked", "0 r0 answered", "0 r1 asked", "0 r1 answered", "0 r0 is behind: written back", "0 r0 repaired"], Lines());
        Assert.Equal(_cluster.Sink.Only.Version, _cluster.Sink.Only.Explanation!.Lines[^1].Version);
    }

    [Fact]
    public void An_edit_says_who_ran_it()
    {
        _cluster.AllPrompt();
        _cluster.PutIf(Core.DataTypes.EditCondition.None, "one", Explained);

        Assert.Equal(["0 r0 runs the read-modify-write", "0 r0 applied"], Lines());
    }

    private IEnumerable<string> Lines()
    {
        string[] names = [.. Enumerable.Range(0, 3).Select(_cluster.NameOf)];
        return _cluster.Sink.Results[^1].Explanation!.Lines.Select(line => $"{line.Microseconds} r{Array.IndexOf(names, line.Node)} {line.What}");
    }
}
