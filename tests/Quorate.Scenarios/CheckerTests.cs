using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Histories;
using Quorate.Simulation.World;
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
    public void A_session_that_goes_back_is_caught_at_any_level_and_through_anybody()
    {
        Observation put = InSession(Put("v", version: 7, began: 20, ended: 30));
        Observation get = InSession(Get("older", version: 5, began: 40, ended: 50)) with { Node = "b" };

        Caught(new SessionsDoNotGoBack(), put, get);
        Caught(new SessionsDoNotGoBack(), put with { Verb = Verb.Get }, get with { IsSloppy = true });
        Caught(new SessionsDoNotGoBack(), put with { Verb = Verb.Delete, Value = null }, get);
        Caught(new SessionsDoNotGoBack(), put, get with { Verb = Verb.Put });
        Caught(new SessionsDoNotGoBack(), put, InSession(Get("newer", version: 9, began: 31, ended: 39)), get with { Version = At(8) });
        Passes(new SessionsDoNotGoBack(), put, get with { Version = At(7) });
    }

    [Fact]
    public void A_session_is_promised_nothing_by_others_by_what_failed_or_by_what_is_gone_for_good()
    {
        Observation put = InSession(Put("v", version: 7, began: 20, ended: 30));
        Observation get = InSession(Get("older", version: 5, began: 40, ended: 50));
        Observation nothing = get with { Value = null, Version = Version.None, GoneUpTo = At(7).Timestamp };

        Passes(new SessionsDoNotGoBack(), put with { Session = 2 }, get);
        Passes(new SessionsDoNotGoBack(), put with { Session = 0 }, get);
        Passes(new SessionsDoNotGoBack(), put with { Key = "other" }, get);
        Passes(new SessionsDoNotGoBack(), put with { Told = Told.Unknown }, get);
        Passes(new SessionsDoNotGoBack(), put, get with { Told = Told.Unknown });
        Passes(new SessionsDoNotGoBack(), put, get with { Began = 29 });
        Caught(new SessionsDoNotGoBack(), put, nothing);
        Passes(new SessionsDoNotGoBack(), put with { Verb = Verb.Delete, Value = null }, nothing);
        Passes(new SessionsDoNotGoBack(), put with { ExpiresAt = 6 }, nothing);
    }

    /// <summary>Nothing need be left of what a horizon has passed, and nothing that it hid may be read.</summary>
    [Fact]
    public void A_value_that_comes_back_after_its_tombstone_is_gone_is_caught()
    {
        Observation delete = Deleted(version: 7) with { Verb = Verb.Delete, Began = 20, Ended = 30 };
        Observation nothing = Deleted(version: 0) with { Version = Version.None };

        Passes(new AcknowledgedWritesAreRead(), Older, delete, nothing with { GoneUpTo = At(7).Timestamp });
        Caught(new AcknowledgedWritesAreRead(), Older, delete, nothing with { GoneUpTo = At(6).Timestamp });
        Caught(new AcknowledgedWritesAreRead(), Older, delete, Get("older", version: 5, began: 41, ended: 50) with { GoneUpTo = At(7).Timestamp });
        Caught(new AcknowledgedWritesAreRead(), Older, nothing with { GoneUpTo = At(7).Timestamp });
    }

    [Fact]
    public void A_value_that_is_read_after_its_time_is_caught()
    {
        long began = SimClock.RightAt(41);
        Caught(new ExpiredStaysExpired(), Get("v", version: 7, began: 41, ended: 50) with { ExpiresAt = began - 501 });
        Passes(new ExpiredStaysExpired(), Get("v", version: 7, began: 41, ended: 50) with { ExpiresAt = began - 500 });
        Passes(new ExpiredStaysExpired(), Get("v", version: 7, began: 41, ended: 50));
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
    public void A_version_that_was_certainly_not_written_and_is_read_is_caught_although_its_value_was_put_again()
    {
        Observation refused = Put("v", version: 7, began: 20, ended: 30) with { Told = Told.CertainlyNot };
        Observation again = Put("v", version: 8, began: 31, ended: 40) with { Attempt = 2 };

        Caught(new CertainFailuresDidNothing(), refused, again, Get("v", version: 7, began: 41, ended: 50));
        Passes(new CertainFailuresDidNothing(), refused, again, Get("v", version: 8, began: 41, ended: 50));
        Passes(new CertainFailuresDidNothing(), refused, again with { Told = Told.Unknown }, Get("v", version: 8, began: 41, ended: 50));
        Caught(new CertainFailuresDidNothing(), refused with { Verb = Verb.Delete, Value = null }, Deleted(version: 7));
    }

    [Fact]
    public void One_value_under_two_versions_is_what_a_retry_may_leave_and_the_later_version_counts()
    {
        Observation unknown = Put("v", version: 7, began: 20, ended: 30) with { Told = Told.Unknown };
        Observation again = Put("v", version: 9, began: 31, ended: 40) with { Attempt = 2 };
        Observation between = Put("w", version: 10, began: 41, ended: 50);

        foreach (IChecker checker in Invariants.All) Passes(checker, unknown, again, between, Get("w", version: 10, began: 51, ended: 60));
        Caught(new AcknowledgedWritesAreRead(), unknown, again, Get("v", version: 7, began: 41, ended: 50));
        Caught(new AcknowledgedWritesAreRead(), unknown, again, between, Get("v", version: 9, began: 51, ended: 60));
    }

    [Fact]
    public void A_value_that_nobody_put_there_or_not_yet_is_caught()
    {
        Caught(new ReadsFindWhatWasPut(), Older, Get("made up", version: 5, began: 20, ended: 30));
        Caught(new ReadsFindWhatWasPut(), Older with { Key = "other" }, Get("older", version: 5, began: 20, ended: 30));
        Caught(new ReadsFindWhatWasPut(), Older with { Began = 40, Ended = 50 }, Get("older", version: 5, began: 20, ended: 30));
        Passes(new ReadsFindWhatWasPut(), Older, Get("older", version: 5, began: 20, ended: 30));
        Passes(new ReadsFindWhatWasPut(), Older, Deleted(version: 7));
    }

    [Fact]
    public void A_value_under_a_version_that_its_put_never_had_is_caught()
    {
        Observation unknown = Older with { Told = Told.Unknown, Version = default };

        Caught(new ReadsFindWhatWasPut(), Older, Get("older", version: 6, began: 20, ended: 30));
        Passes(new ReadsFindWhatWasPut(), Older, Get("older", version: 4, began: 5, ended: 9));
        Passes(new ReadsFindWhatWasPut(), unknown, Older with { Attempt = 2 }, Get("older", version: 6, began: 20, ended: 30));
    }

    [Fact]
    public void Replicas_that_hold_different_things_after_healing_are_caught()
    {
        Copy a = CopyOf("a", "v");

        Assert.Null(Agreement(a, CopyOf("b", "v"), CopyOf("c", "v")));
        Assert.Null(Agreement(a, CopyOf("b", "v"), CopyOf("b", "other") with { Key = "another" }));
        Assert.NotNull(Agreement(a, CopyOf("b", "w")));
        Assert.NotNull(Agreement(a, CopyOf("b", "v") with { Head = a.Head with { Version = At(8) } }));
        Assert.NotNull(Agreement(a, CopyOf("b", "v") with { Head = a.Head with { Expiry = Expiry.At(9) } }));
        Assert.NotNull(Agreement(a, CopyOf("b", "v") with { Head = a.Head with { Kind = EntryKind.Tombstone } }));
        Assert.NotNull(Agreement(a, CopyOf("b", "v") with { Verdict = Verdict.Unfit }));
    }

    [Fact]
    public void A_sloppy_write_promises_nothing_to_others_and_is_kept_by_as_many_nodes_as_were_asked_for()
    {
        Observation sloppy = Put("sloppy", version: 9, began: 0, ended: 10) with { IsSloppy = true, Keepers = 2 };

        Passes(new AcknowledgedWritesAreRead(), sloppy, Get("older", version: 5, began: 20, ended: 30));
        Passes(new LaterWritesWin(), sloppy, Older with { Began = 20, Ended = 30 });
        Passes(new SloppyWritesAreKept(), sloppy);
        Passes(new SloppyWritesAreKept(), sloppy with { Keepers = 1, Silent = 1 });
        Caught(new SloppyWritesAreKept(), sloppy with { Keepers = 1 });
        Passes(new SloppyWritesAreKept(), sloppy with { Keepers = 1, Told = Told.Unknown });
    }

    [Fact]
    public void A_sloppy_write_that_does_not_come_home_is_caught()
    {
        Observation sloppy = Put("v", version: 7, began: 0, ended: 10) with { IsSloppy = true };
        Copy old = CopyOf("c", "old");
        old = old with { Head = old.Head with { Version = At(3) } };

        Assert.Null(Home(CopyOf("a", "v"), CopyOf("b", "v"), old));
        Assert.NotNull(Home(CopyOf("a", "v"), old with { Node = "b" }, old));
        Assert.NotNull(Home(CopyOf("a", "v"), CopyOf("b", "v") with { Verdict = Verdict.Unfit }, old));

        Violation? Home(params Copy[] copies) => new SloppyWritesComeHome().Check(new History([sloppy]) { CopiesAfterHandoff = copies });
    }

    [Theory]
    [InlineData(10, false, true)]
    [InlineData(11, false, false)]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(-1, true, false)]
    public void What_goes_beyond_its_limit_or_is_left_at_rest_is_caught(long value, bool isAtRest, bool passes)
    {
        var reading = new Reading(At: 5, "a", new Gauge("requests in flight", value, Limit: 10), isAtRest);
        Violation? violation = new MemoryIsBounded().Check(new History([]) { Readings = [reading] });

        Assert.Equal(passes, violation is null);
        if (!passes) Assert.Contains("requests in flight", violation!.Describe(new History([])), StringComparison.Ordinal);
        Assert.Null(new MemoryIsBounded().Check(new History([]) { Readings = [reading with { Gauge = new Gauge("values in memory", 10, 10, Drains: false) }] }));
    }

    [Fact]
    public void A_version_with_two_values_is_caught()
    {
        Caught(new AVersionNamesOneValue(), Older, Get("other", version: 5, began: 20, ended: 30));
        Passes(new AVersionNamesOneValue(), Older, Get("older", version: 5, began: 20, ended: 30));
        Caught(new AVersionNamesOneValue(), Older, Deleted(version: 5));
        Passes(new AVersionNamesOneValue(), Older with { ExpiresAt = 6 }, Deleted(version: 5));
    }

    [Fact]
    public void A_clock_that_went_back_is_caught_on_any_key()
    {
        Observation put = Put("v", version: 4, began: 20, ended: 30) with { Key = "other" };

        Caught(new StampsRise(), Older, put);
        Caught(new StampsRise(), Older, put with { Version = At(4, start: 2) });
        Passes(new StampsRise(), Older, put with { Version = At(6, start: 2) });
        Passes(new StampsRise(), Older, put with { Began = 9 });
        Passes(new StampsRise(), Older, put with { Version = new Version(new HybridTimestamp(At(4).Timestamp.Value + 1), At(4).Writer) });
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

    private static Observation InSession(Observation observation) => observation with { Level = 1, Session = 1 };

    private static Observation Deleted(long version) => Get("", version, began: 41, ended: 50) with { Value = null };

    private static Copy CopyOf(string node, string value) =>
        new("k", node, Verdict.Answered, new EntryHead(EntryKind.Register, At(7), Expiry.Never, 0), Encoding.UTF8.GetBytes(value));

    private static Violation? Agreement(params Copy[] copies) => new ReplicasAgree().Check(new History([]) { Copies = copies });

    private static Version At(long milliseconds, uint start = 1) => new(HybridTimestamp.FromMilliseconds(milliseconds), new WriterId(new NodeId(1), start));

    private static void Caught(IChecker checker, params Observation[] history)
    {
        Violation? violation = checker.Check(new History(history));
        Assert.NotNull(violation);
        Assert.Contains(checker.Invariant, violation.Describe(new History(history)), StringComparison.Ordinal);
    }

    private static void Passes(IChecker checker, params Observation[] history) => Assert.Null(checker.Check(new History(history)));
}
