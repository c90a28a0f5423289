using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

// Requests end by their own timeout here.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

/// <summary>A database whose coordinator is not there yet.</summary>
public sealed class OpeningTests
{
    private readonly TaskCompletionSource<DatabaseFacade> _coordinator = new();
    private readonly Database _database;

    public OpeningTests() => _database = new Database(_coordinator.Task);

    [Fact]
    public async Task A_request_waits_for_it_and_is_then_made()
    {
        ValueTask<PutResult> put = _database.Keyspace().PutAsync("k", 1);
        Assert.False(put.IsCompleted);

        Open();

        Assert.True((await put).Applied);
        Assert.Equal(1, (await _database.Session().Keyspace().GetAsync<int>("k")).Value);
    }

    [Fact]
    public async Task A_request_that_waited_for_all_its_time_says_what_is_missing()
    {
        var options = new RequestOptions { TimeoutMilliseconds = 1 };
        var failure = await Assert.ThrowsAsync<UnavailableException>(async () => await _database.Keyspace().GetAsync("k", options));
        Assert.Contains("10.0.0.1:7401 does not answer", failure.Message);
    }

    [Fact]
    public async Task A_keyspace_that_the_cluster_has_not_is_refused_as_soon_as_that_is_known()
    {
        Assert.Empty(_database.Keyspaces);
        QuorateKeyspace nowhere = _database.Keyspace("nowhere");
        Open();

        await Assert.ThrowsAsync<ArgumentException>(async () => await nowhere.GetAsync("k"));
        Assert.Throws<ArgumentException>(() => _database.Keyspace("nowhere"));
        Assert.Contains("sessions", _database.Keyspaces);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var cancellation = new CancellationTokenSource();
        ValueTask<GetResult> read = _database.Keyspace().GetAsync("k", cancellationToken: cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
    }

    [Fact]
    public async Task Who_waits_while_it_is_closed_hears_that_it_was()
    {
        ValueTask<GetResult> read = _database.Keyspace().GetAsync("k", new RequestOptions { TimeoutMilliseconds = 50 });
        _database.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await read);
    }

    [Fact]
    public async Task No_more_wait_than_could_be_served()
    {
        ValueTask<GetResult>[] waiting = [.. Enumerable.Range(0, DatabaseFacade.DefaultCapacity).Select(_ => _database.Keyspace().GetAsync("k"))];
        await Assert.ThrowsAsync<OverloadedException>(async () => await _database.Keyspace().GetAsync("k"));

        Open();
        foreach (ValueTask<GetResult> read in waiting) await read;
    }

    private void Open() => _coordinator.SetResult(new DatabaseFacade(new InlineLoop(), new FakeDatabase()));

    private sealed class Database(Task<DatabaseFacade> coordinator) : QuorateDatabase(coordinator, TimeProvider.System, serializer: null)
    {
        public void Close() => TryClose();

        protected override Task<string> WhyNotOpenAsync() => Task.FromResult("10.0.0.1:7401 does not answer");
    }
}
