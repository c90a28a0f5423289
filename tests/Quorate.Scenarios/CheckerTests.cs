using Quorate.Core.Membership;
using Quorate.Core.Versions;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Histories;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Each checker is shown a history with the bug that it is there for, and the same one without.</summary>
public class CheckerTests
{
    private static readonly Observation Older = Put("older", version: 5, began: 0, ended: 10);

    [Fact]
    public void A_lost_write_is_caught()
    {
        Observation put = Put("v", version: 7, began: 20, ended: 30);

        Caught(new AcknowledgedWritesAreRead(), Older, put, Get("older", version: 5, began: 40, ended: 50));
        Passes(new AcknowledgedWritesAreRead(), Older, put, Get("v", version: 7, began: 40, ended: 50));
    }

    [Fact]
    public void A_stale_read_is_no_bug_where_it_began_before_or_the_replicas_need_not_meet()
    {
        Observation put = Put("v", version: 7, began: 20, ended: 30);

        Passes(new AcknowledgedWritesAreRead(), Older, put, Get("older", version: 5, began: 29, ended: 50));
        Passes(new AcknowledgedWritesAreRead(), Older, put, Get("older", version: 5, began: 40, ended: 50) with { Level = 1 });
        Passes(new AcknowledgedWritesAreRead(), Older, put with { Told = Told.Unknown }, Get("older", version: 5, began: 40, ended: 50));
        Caught(new AcknowledgedWritesAreRead(), Older, put with { Level = 1 }, Get("older", version: 5, began: 40, ended: 50) with { Level = 3 });
    }

    [Fact]
    public void A_write_that_loses_to_an_older_one_is_caught()
    {
        Caught(new LaterWritesWin(), Older, Put("v", version: 4, began: 20, ended: 30));
        Caught(new LaterWritesWin(), Older, Put("v", version: 5, began: 20, ended: 30));
        Passes(new LaterWritesWin(), Older, Put("v", version: 6, began: 20, ended: 30));
        Passes(new LaterWritesWin(), Older, Put("v", version: 4, began: 9, ended: 30));
    }

    [Fact]
    public void A_read_that_goes_back_is_caught()
    {
        Observation first = Get("unacknowledged", version: 8, began: 20, ended: 30);

        Caught(new ReadsDoNotGoBack(), first, Get("older", version: 5, began: 40, ended: 50));
        Passes(new ReadsDoNotGoBack(), first, Get("older", version: 5, began: 25, ended: 50));
        Passes(new ReadsDoNotGoBack(), first, Get("older", version: 5, began: 40, ended: 50) with { Level = 1 });
    }

    [Fact]
    public void A_value_that_was_certainly_not_put_and_is_read_is_caught()
    {
        Observation put = Put("v", version: 7, began: 20, ended: 30);
        Observation get = Get("v", version: 7, began: 40, ended: 50);

        Caught(new CertainFailuresDidNothing(), put with { Told = Told.CertainlyNot }, get);
        Caught(new CertainFailuresDidNothing(), put with { Verb = Verb.PutIf, Applied = false }, get);
        Passes(new CertainFailuresDidNothing(), put with { Told = Told.Unknown }, get);
    }

    [Fact]
    public void A_version_with_two_values_is_caught()
    {
        Caught(new AVersionNamesOneValue(), Older, Get("other", version: 5, began: 20, ended: 30));
        Passes(new AVersionNamesOneValue(), Older, Get("older", version: 5, began: 20, ended: 30));
    }

    [Fact]
    public void A_request_that_hangs_is_caught()
    {
        Caught(new RequestsEnd(), Older with { Told = Told.Nothing });
        Caught(new RequestsEnd(), Older with { TimeoutMilliseconds = 5, Ended = 50_000 });
        Passes(new RequestsEnd(), Older with { TimeoutMilliseconds = 5, Ended = 50_000, IsDisturbed = true });
        Passes(new RequestsEnd(), Older with { TimeoutMilliseconds = 5, Ended = 6_000 });
    }

    private static Observation Put(string value, long version, long began, long ended) =>
        new("a", Verb.Put, "k", value, 2, Told.Ok, At(version), began, ended);

    private static Observation Get(string value, long version, long began, long ended) => Put(value, version, began, ended) with { Verb = Verb.Get };

    private static Version At(long milliseconds) => new(HybridTimestamp.FromMilliseconds(milliseconds), new WriterId(new NodeId(1), 1));

    private static void Caught(IChecker checker, params Observation[] history)
    {
        Violation? violation = checker.Check(new History(history));
        Assert.NotNull(violation);
        Assert.Contains(checker.Invariant, violation.Describe(new History(history)), StringComparison.Ordinal);
    }

    private static void Passes(IChecker checker, params Observation[] history) => Assert.Null(checker.Check(new History(history)));
}
