using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

namespace Quorate.Tests.Coordinator.Facade;

public sealed class RetryingDatabaseTests
{
    private readonly FakeDatabase _database = new();
    private readonly Attempts _loop = new();
    private readonly RetryingDatabase _retrying;

    public RetryingDatabaseTests() => _retrying = new RetryingDatabase(new DatabaseFacade(_loop, _database), TimeProvider.System);

    [Fact]
    public async Task What_nobody_took_is_made_again_and_the_caller_hears_of_its_success_only()
    {
        _database.Next = OutcomeKind.Unavailable;
        _loop.Before = attempt => _database.Next = attempt == 3 ? OutcomeKind.Ok : OutcomeKind.Unavailable;

        DatabaseAnswer answer = await PutAsync();

        Assert.True(answer.Outcome.IsOk);
        Assert.Equal(3, _loop.Count);
        // Less the last pause, and whatever has passed before it.
        Assert.InRange(_database.LastOptions.TimeoutMilliseconds, 1, RequestOptions.DefaultTimeout - 40);
    }

    [Fact]
    public async Task A_cluster_that_stays_away_is_told_so_after_a_few_attempts()
    {
        _database.Next = OutcomeKind.Unavailable;
        Assert.Equal(OutcomeKind.Unavailable, (await PutAsync()).Outcome.Kind);
        Assert.Equal(5, _loop.Count);
    }

    [Fact]
    public async Task No_attempt_begins_after_the_callers_time()
    {
        _database.Next = OutcomeKind.Unavailable;
        await PutAsync(new RequestOptions { TimeoutMilliseconds = 10 });
        Assert.Equal(1, _loop.Count);
    }

    [Theory]
    [InlineData(OutcomeKind.TimedOut)]
    [InlineData(OutcomeKind.Overloaded)]
    [InlineData(OutcomeKind.ClockDrift)]
    [InlineData(OutcomeKind.TooLarge)]
    [InlineData(OutcomeKind.Ok)]
    public async Task Nothing_else_is_made_again(OutcomeKind kind)
    {
        _database.Next = kind;
        Assert.Equal(kind, (await PutAsync()).Outcome.Kind);
        Assert.Equal(1, _loop.Count);
    }

    private ValueTask<DatabaseAnswer> PutAsync(RequestOptions options = default) =>
        _retrying.AskAsync(new FacadeRequest(FacadeOperation.Put, 0, "k"u8.ToArray(), "v"u8.ToArray(), default, 0, options), TestContext.Current.CancellationToken);

    /// <summary>A loop that runs what is posted at once, and counts.</summary>
    private sealed class Attempts : Quorate.Coordinator.Environment.ILoop
    {
        public event Action TurnEnding
        {
            add { }
            remove { }
        }

        public int Count { get; private set; }

        public Action<int> Before { get; set; } = _ => { };

        public long Now => 0;

        public long WallClock => 1_000_000;

        public TimeProvider Time => TimeProvider.System;

        public void Post(Action work)
        {
            Before(++Count);
            work();
        }
    }
}
