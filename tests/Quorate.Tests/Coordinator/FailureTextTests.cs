using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Tests.Placement;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class FailureTextTests
{
    [Fact]
    public void A_failure_says_whose_and_how_many_and_whether_the_outcome_is_unknown()
    {
        var location = new Location(TestCluster.Topology(3), 0);
        Verdicts verdicts = default;
        (verdicts[0], verdicts[1], verdicts[2]) = (Verdict.Stored, Verdict.NotConnected, Verdict.Pending);
        string who = $"{location.NameOf(0)} stored, {location.NameOf(1)} not connected, {location.NameOf(2)} no answer";

        Assert.Equal(
            $"1 of 3 replicas confirmed, 2 needed: {who}; outcome unknown",
            FailureText.Describe(new Outcome(OutcomeKind.TimedOut, 2, 3, 1, verdicts), location));
        Assert.Equal(
            $"1 of 3 replicas confirmed, 2 needed: {who}",
            FailureText.Describe(new Outcome(OutcomeKind.Unavailable, 2, 3, 1, verdicts), location));
    }

    [Fact]
    public void Asking_for_what_cannot_be_meant_says_what_was_wrong()
    {
        var location = new Location(TestCluster.Topology(3), 0);

        Assert.Equal("4 replicas were asked for, but the key has only 3", FailureText.Describe(new Outcome(OutcomeKind.Invalid, 4, 3, 0, default), location));
        Assert.Equal("the node that was asked has no such keyspace; nothing was written", FailureText.Describe(Outcome.Failed(OutcomeKind.Invalid), location));
    }

    [Fact]
    public void Every_kind_and_verdict_has_words_also_without_replicas_or_a_topology()
    {
        foreach (OutcomeKind kind in Enum.GetValues<OutcomeKind>().Where(kind => kind != OutcomeKind.Ok))
        {
            Assert.NotEmpty(FailureText.Describe(Outcome.Failed(kind), default));
            Assert.NotEmpty(FailureText.Describe(Outcome.Failed(kind), new Location(TestCluster.Topology(3), 0)));
        }

        string[] words = [.. Enum.GetValues<Verdict>().Select(verdict => FailureText.Describe(verdict))];
        Assert.Equal(words.Distinct(), words);
    }
}
