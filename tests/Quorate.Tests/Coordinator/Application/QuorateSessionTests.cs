using FsCheck;
using FsCheck.Fluent;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Xunit;

// Requests of this database are answered at once.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

/// <summary>Sessions over replicas that tell each other nothing.</summary>
public sealed class QuorateSessionTests
{
    private static readonly RequestOptions One = new() { R = ConsistencyLevel.Of(1), W = ConsistencyLevel.Of(1) };
    private static readonly byte[] Value = "value"u8.ToArray();
    private readonly LaggingDatabase _replicas = new();
    private readonly QuorateDatabase _database;

    public QuorateSessionTests() => _database = Over(_replicas);

    [Fact]
    public async Task A_read_at_one_that_misses_the_sessions_own_write_is_made_again_at_a_quorum_and_at_all()
    {
        QuorateSession session = _database.Session();
        PutResult put = await session.Keyspace().PutAsync("k", Value, options: One);

        _replicas.First = 1;
        GetResult plain = await _database.Keyspace().GetAsync("k", One);
        GetResult own = await session.Keyspace().GetAsync("k", One);

        Assert.False(plain.Found);
        Assert.Equal(put.Version, own.Version);
        Assert.Equal(["W 1", "R 1", "R 1", "R QUORUM", "R ALL"], _replicas.Asked);
    }

    [Fact]
    public async Task What_a_session_has_read_it_reads_again_or_newer()
    {
        _replicas.Store(0, "k", 50);
        QuorateKeyspace keys = _database.Session().Keyspace();
        await keys.GetAsync("k", One);

        _replicas.First = 2;
        GetResult again = await keys.GetAsync("k", One);
        _replicas.Store(1, "k", 60);
        _replicas.First = 1;
        GetResult newer = await keys.GetAsync("k", One);

        Assert.Equal((50ul, 60ul), (again.Version.Timestamp.Value, newer.Version.Timestamp.Value));
    }

    [Fact]
    public async Task Where_the_newer_version_cannot_be_reached_the_read_says_so_and_answers_nothing_older()
    {
        _replicas.Store(1, "k", 50);
        QuorateKeyspace keys = _database.Session().Keyspace();
        PutResult put = await keys.PutAsync("k", Value, options: One);
        _replicas.Away.Add(0);

        var stale = await Assert.ThrowsAsync<StaleReadException>(async () => await keys.GetAsync("k", One with { TimeoutMilliseconds = 400 }));

        Assert.Equal((put.Version, 50ul), (stale.Known, stale.Found.Timestamp.Value));
        Assert.Contains($"this session has seen version {put.Version} of the key, and what could be read is version {stale.Found}", stale.Message);
        Assert.Equal(Verdict.NotConnected, stale.Replicas[0].Verdict);
    }

    [Fact]
    public async Task A_first_read_that_fails_says_what_it_says_without_a_session()
    {
        _replicas.Away.UnionWith([0, 1, 2]);
        await Assert.ThrowsAsync<UnavailableException>(async () => await _database.Session().Keyspace().GetAsync("k", One with { TimeoutMilliseconds = 10 }));
    }

    [Fact]
    public async Task A_key_whose_tombstone_is_gone_everywhere_is_simply_not_there()
    {
        QuorateKeyspace keys = _database.Session().Keyspace();
        await keys.DeleteAsync("k", One);
        _replicas.Reap("k");

        Assert.False((await keys.GetAsync("k", One)).Found);
        _replicas.Asked.Clear();
        Assert.False((await keys.GetAsync("k", One)).Found);
        Assert.Equal(["R 1"], _replicas.Asked);
    }

    [Fact]
    public async Task What_is_not_there_and_too_new_for_its_tombstone_to_be_gone_is_lost_and_not_deleted()
    {
        QuorateKeyspace keys = _database.Session().Keyspace();
        await keys.DeleteAsync("k", One);
        _replicas.Reap("k");
        PutResult put = await keys.PutAsync("k", Value, options: One);
        _replicas.Drop("k");

        for (int i = 0; i < 2; i++)
        {
            var stale = await Assert.ThrowsAsync<StaleReadException>(async () => await keys.GetAsync("k", One));
            Assert.Equal((put.Version, Version.None), (stale.Known, stale.Found));
        }
    }

    [Fact]
    public async Task Keys_beyond_the_room_are_written_and_read_at_a_quorum()
    {
        QuorateKeyspace keys = _database.Session(capacity: 1).Keyspace();
        await keys.PutAsync("a", Value, options: One);
        await keys.PutAsync("b", Value, options: One);
        await keys.GetAsync("b", One);
        await keys.GetAsync("a", One);
        await keys.GetAsync("b", One with { R = ConsistencyLevel.All });

        Assert.Equal(["W 1", "W QUORUM Strict", "R QUORUM Strict", "R 1", "R ALL Strict"], _replicas.Asked);
    }

    /// <summary>A quorum with fallbacks in it need not meet another.</summary>
    [Fact]
    public async Task No_fallback_stands_in_where_only_a_quorum_keeps_a_session_from_going_back()
    {
        RequestOptions sloppy = One with { Quorum = QuorumKind.Sloppy };
        QuorateKeyspace keys = _database.Session(capacity: 1).Keyspace();
        await keys.PutAsync("a", Value, options: sloppy);
        await keys.PutAsync("b", Value, options: sloppy);
        await keys.GetAsync("b", sloppy);
        await keys.ExpireAsync("a", TimeSpan.FromSeconds(1), sloppy);
        await keys.GetAsync("a", sloppy);

        Assert.Equal(["W 1 Sloppy", "W QUORUM Strict", "R QUORUM Strict", "R QUORUM Strict", "W QUORUM Strict", "R QUORUM Strict"], _replicas.Asked);
    }

    [Fact]
    public async Task A_token_carries_a_session_on_in_another_process()
    {
        QuorateSession here = _database.Session(capacity: 1);
        PutResult put = await here.Keyspace("3").PutAsync("k", Value, options: One);
        await here.Keyspace().GetAsync("no room for this one", One);
        string token = here.ToToken();

        QuorateSession there = Over(_replicas).Session(token);
        _replicas.First = 1;
        Assert.Equal(put.Version, (await there.Keyspace("3").GetAsync("k", One)).Version);
        _replicas.Asked.Clear();
        await there.Keyspace().GetAsync("k", One);
        Assert.Equal(["R QUORUM Strict"], _replicas.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a token")]
    [InlineData("AAAAAAAAAAAA")]
    public void What_is_no_token_is_refused(string token) =>
        Assert.Contains("no session's token", Assert.Throws<FormatException>(() => _database.Session(token)).Message);

    [Fact]
    public async Task A_write_through_a_coordinator_whose_clock_is_behind_still_wins_over_what_the_session_has_seen()
    {
        _replicas.Store(0, "k", 5_000);
        QuorateSession here = _database.Session();
        await here.Keyspace().GetAsync("k", One);
        _replicas.Clock = 100;

        QuorateKeyspace there = _database.Session(here.ToToken()).Keyspace();
        PutResult put = await there.PutAsync("k", Value, options: One);

        Assert.True(put.Version.Timestamp.Value > 5_000);
        Assert.Equal(put.Version, (await there.GetAsync("k", One)).Version);
    }

    /// <summary>Law 7: its first stamp may be read where what the session has seen is not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_was_stored_below_what_the_session_has_seen_and_cannot_be_raised_is_not_said_to_be_stored_nowhere(bool isSeenInReach)
    {
        _replicas.Store(0, "k", 5_000);
        QuorateKeyspace keys = _database.Session().Keyspace();
        await keys.GetAsync("k", One);
        (_replicas.Clock, _replicas.First) = (100, 1);
        if (isSeenInReach) _replicas.WritesLeft = 1;
        else _replicas.Away.Add(0);

        await Assert.ThrowsAsync<OutcomeUnknownException>(async () => await keys.PutAsync("k", Value, options: One with { TimeoutMilliseconds = 400 }));

        _replicas.First = 1;
        Assert.True((await _database.Keyspace().GetAsync("k", One)).Found);
    }

    [Fact]
    public async Task A_new_expiry_is_of_what_the_session_wrote_and_is_seen_by_it()
    {
        QuorateKeyspace keys = _database.Session().Keyspace();
        await keys.PutAsync("k", Value, options: One);
        _replicas.First = 1;

        Assert.True((await keys.ExpireAsync("k", TimeSpan.FromTicks(1), One)).Applied);
        _replicas.First = 0;
        Assert.False((await keys.GetAsync("k", One)).Found);
        await keys.PutAsync("k", Value, options: One);
        _replicas.Asked.Clear();
        Assert.True((await keys.GetAsync("k", One)).Found);
        Assert.Equal(["R 1"], _replicas.Asked);
    }

    [Fact]
    public async Task A_token_knows_of_a_new_expiry_of_what_the_session_has_neither_written_nor_read()
    {
        _replicas.Store(0, "k", 50);
        QuorateSession session = _database.Session();
        Assert.True((await session.Keyspace().ExpireAsync("k", TimeSpan.FromTicks(1), One)).Applied);
        _replicas.Store(2, "k", 50);

        _replicas.First = 2;
        Assert.False((await _database.Session(session.ToToken()).Keyspace().GetAsync("k", One)).Found);
    }

    /// <summary>The law of sessions, with more keys than a session remembers, and carried on by its token now and then.</summary>
    [Fact]
    public void No_read_of_a_session_goes_below_what_it_wrote_or_read()
    {
        Gen<Step> steps =
            from act in Gen.Elements(Act.Get, Act.Get, Act.Get, Act.Put, Act.Put, Act.Delete, Act.PutByOthers, Act.CarryOn)
            from key in Gen.Choose(0, 4)
            from first in Gen.Choose(0, 2)
            from replicas in Gen.Choose(1, 3)
            select new Step(act, $"k{key}", first, replicas);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(steps.ListOf(40).ToArbitrary(), script => RunAsync(script).AsTask().GetAwaiter().GetResult()));

        static async ValueTask<bool> RunAsync(IEnumerable<Step> script)
        {
            var replicas = new LaggingDatabase();
            QuorateDatabase database = Over(replicas);
            QuorateSession session = database.Session(capacity: 2);
            Dictionary<string, Version> known = [];
            foreach (Step step in script)
            {
                replicas.First = step.First;
                var options = new RequestOptions { R = ConsistencyLevel.Of(step.Replicas), W = ConsistencyLevel.Of(step.Replicas) };
                QuorateKeyspace keys = step.Act == Act.PutByOthers ? database.Keyspace() : session.Keyspace();
                if (step.Act == Act.CarryOn)
                {
                    session = database.Session(session.ToToken());
                }
                else if (step.Act == Act.Get)
                {
                    Version found = (await keys.GetAsync(step.Key, options)).Version;
                    if (found < known.GetValueOrDefault(step.Key)) return false;
                    known[step.Key] = found;
                }
                else
                {
                    PutResult put = step.Act == Act.Delete ? await keys.DeleteAsync(step.Key, options) : await keys.PutAsync(step.Key, Value, options: options);
                    if (step.Act != Act.PutByOthers) known[step.Key] = put.Version;
                }
            }

            return true;
        }
    }

    private static QuorateDatabase Over(LaggingDatabase replicas) => new(new DatabaseFacade(new InlineLoop(), replicas), TimeProvider.System);

    private enum Act
    {
        Get,
        Put,
        Delete,
        PutByOthers,
        CarryOn,
    }

    private sealed record Step(Act Act, string Key, int First, int Replicas);
}
