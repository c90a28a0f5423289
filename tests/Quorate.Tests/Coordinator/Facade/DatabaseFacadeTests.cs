using System.Text;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

namespace Quorate.Tests.Coordinator.Facade;

public sealed class DatabaseFacadeTests
{
    private static readonly byte[] Key = "key"u8.ToArray();
    private readonly ManualLoop _loop = new();
    private readonly FakeDatabase _database = new();

    [Fact]
    public async Task A_put_is_found_by_a_get_and_not_after_a_delete()
    {
        var facade = new DatabaseFacade(_loop, _database);

        DatabaseAnswer put = await Turned(facade.PutAsync(0, Key, "value"u8.ToArray(), "text/plain"u8.ToArray()));
        DatabaseAnswer found = await Turned(facade.GetAsync(0, Key));
        DatabaseAnswer deleted = await Turned(facade.DeleteAsync(0, Key));
        DatabaseAnswer missing = await Turned(facade.GetAsync(0, Key));

        Assert.True(put.Outcome.IsOk && deleted.Outcome.IsOk);
        Assert.True(found.Found);
        Assert.Equal("value", Encoding.UTF8.GetString(found.Value.Span));
        Assert.Equal("text/plain", Encoding.UTF8.GetString(found.ContentType.Span));
        Assert.Equal(put.Version, found.Version);
        Assert.True(missing.Outcome.IsOk);
        Assert.False(missing.Found);
    }

    [Fact]
    public void Nothing_reaches_the_database_off_the_loop_and_one_post_carries_all_that_wait()
    {
        var facade = new DatabaseFacade(_loop, _database);
        _database.IsSilent = true;

        for (int i = 0; i < 10; i++) _ = facade.GetAsync(0, Key).AsTask();
        Assert.Empty(_database.Unanswered);
        Assert.Equal(1, _loop.Posts);

        _loop.Turn();
        Assert.Equal(10, _database.Unanswered.Count);
        Assert.Equal(10, _database.Unanswered.Distinct().Count());
    }

    [Fact]
    public async Task A_time_to_live_counts_from_the_coordinators_clock()
    {
        var facade = new DatabaseFacade(_loop, _database);

        await Turned(facade.PutAsync(0, Key, Key, timeToLive: 250));
        Assert.Equal(_database.WallClock + 250, _database.LastExpiresAt);

        await Turned(facade.PutAsync(0, Key, Key));
        Assert.Equal(0, _database.LastExpiresAt);
    }

    [Fact]
    public async Task What_does_not_fit_is_overloaded_at_once_and_room_comes_back_with_the_answers()
    {
        var facade = new DatabaseFacade(_loop, _database, capacity: 2);
        Task<DatabaseAnswer>[] fitting = [facade.GetAsync(0, Key).AsTask(), facade.GetAsync(0, Key).AsTask()];

        ValueTask<DatabaseAnswer> tooMuch = facade.GetAsync(0, Key);
        Assert.True(tooMuch.IsCompleted);
        Assert.Equal(OutcomeKind.Overloaded, (await tooMuch).Outcome.Kind);

        _loop.Turn();
        await Task.WhenAll(fitting);
        Assert.True((await Turned(facade.GetAsync(0, Key))).Outcome.IsOk);
    }

    [Fact]
    public async Task A_closed_facade_answers_everyone_and_promises_nothing_it_cannot_know()
    {
        var facade = new DatabaseFacade(_loop, _database);
        _database.IsSilent = true;
        Task<DatabaseAnswer> sent = facade.PutAsync(0, Key, Key).AsTask();
        _loop.Turn();
        Task<DatabaseAnswer> waiting = facade.PutAsync(0, Key, Key).AsTask();

        facade.Close();

        Assert.Equal(OutcomeKind.TimedOut, (await sent).Outcome.Kind);
        Assert.Equal(OutcomeKind.Unavailable, (await waiting).Outcome.Kind);
        Assert.Equal(OutcomeKind.Unavailable, (await facade.GetAsync(0, Key)).Outcome.Kind);
    }

    [Fact]
    public async Task Who_waits_behind_a_request_that_fails_the_node_is_answered_too()
    {
        var facade = new DatabaseFacade(_loop, _database);
        _database.OnRequest = () => throw new InvalidOperationException("the store");
        Task<DatabaseAnswer> first = facade.PutAsync(0, Key, Key).AsTask();
        Task<DatabaseAnswer> behind = facade.PutAsync(0, Key, Key).AsTask();
        Assert.Throws<InvalidOperationException>(_loop.Turn);

        facade.Close();

        Assert.Equal(OutcomeKind.TimedOut, (await first.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Outcome.Kind);
        Assert.Equal(OutcomeKind.Unavailable, (await behind.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Outcome.Kind);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer()
    {
        using var loop = new ThreadLoop();
        var facade = new DatabaseFacade(loop, _database, capacity: 64);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            byte[] key = Encoding.UTF8.GetBytes($"key {caller}");
            for (int i = 0; i < 200; i++)
            {
                byte[] value = Encoding.UTF8.GetBytes($"{caller}:{i}");
                Assert.True((await facade.PutAsync(0, key, value)).Outcome.IsOk);
                Assert.Equal(value, (await facade.GetAsync(0, key)).Value.ToArray());
            }
        })));
    }

    private async Task<DatabaseAnswer> Turned(ValueTask<DatabaseAnswer> answer)
    {
        _loop.Turn();
        return await answer;
    }
}
