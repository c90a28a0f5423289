using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Quorate.Client;
using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Xunit;

// Requests end by their own timeout, and most callers give no token: that is the way that is tested here.
#pragma warning disable xUnit1051

namespace Quorate.SystemTests;

/// <summary>The client, with each of its routings, against real nodes.</summary>
public sealed class ClientTests(SharedCluster shared)
{
    private static readonly byte[] Value = "value"u8.ToArray();

    public static TheoryData<Routing> Routings => [.. Enum.GetValues<Routing>()];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Routings))]
    public async Task What_it_puts_it_gets_until_it_is_deleted_and_redis_clients_see_the_same(Routing routing)
    {
        await using QuorateClient client = await ConnectAsync(shared.Cluster, 1, routing);
        using RedisConnection redis = await RedisConnection.OpenAsync(shared.Cluster.RespPort(2));
        QuorateKeyspace keys = client.Keyspace();

        PutResult put = await keys.PutAsync("client:a", Value, cancellationToken: Cancelled);
        GetResult got = await keys.GetAsync("client:a");
        Assert.Equal("value", await redis.AskAsync("GET", "client:a"));
        await redis.AskAsync("SET", "client:a", "of redis");
        GetResult newer = await keys.GetAsync("client:a");
        PutResult deleted = await keys.DeleteAsync("client:a");
        GetResult missing = await keys.GetAsync("client:a");

        Assert.Equal(put.Version, got.Version);
        Assert.Equal((3, true), (put.Asked, put.Answered >= 2));
        Assert.True(got.Found && got.Asked >= 2 && got.Answered >= 2);
        Assert.Equal("value", Encoding.UTF8.GetString(got.Value.Span));
        Assert.Equal("of redis", Encoding.UTF8.GetString(newer.Value.Span));
        Assert.NotEqual(put.Version.Writer, newer.Version.Writer);
        Assert.False(missing.Found);
        Assert.Equal(deleted.Version, missing.Version);
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public async Task A_value_expires_when_it_was_told_to(Routing routing)
    {
        await using QuorateClient client = await ConnectAsync(shared.Cluster, 1, routing);
        using RedisConnection redis = await RedisConnection.OpenAsync(shared.Cluster.RespPort(1));
        QuorateKeyspace keys = client.Keyspace("3");
        await redis.AskAsync("SELECT", "3");

        await keys.PutAsync("client:ttl", Value, TimeSpan.FromSeconds(1000));
        Assert.InRange(int.Parse(await redis.AskAsync("TTL", "client:ttl") ?? ""), 900, 1000);
        Assert.True((await keys.ExpireAsync("client:ttl", TimeSpan.Zero)).Applied);
        Assert.Equal("-1", await redis.AskAsync("TTL", "client:ttl"));
        Assert.True((await keys.ExpireAsync("client:ttl", TimeSpan.FromMilliseconds(1))).Applied);
        await Eventually.TrueAsync(async () => !(await keys.GetAsync("client:ttl")).Found, "it expires");
        Assert.False((await keys.ExpireAsync("client:ttl", TimeSpan.FromSeconds(1))).Applied);
    }

    [Fact]
    public async Task Each_client_writes_under_an_id_of_its_own()
    {
        await using QuorateClient one = await ConnectAsync(shared.Cluster, 1);
        await using QuorateClient other = await ConnectAsync(shared.Cluster, 1);

        PutResult first = await one.Keyspace().PutAsync("client:ids", Value);
        PutResult second = await other.Keyspace().PutAsync("client:ids", Value);

        Assert.NotEqual(first.Version.Writer, second.Version.Writer);
        Assert.True(second.Version > first.Version);
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public async Task Options_are_for_the_one_request_and_what_the_cluster_cannot_mean_is_refused(Routing routing)
    {
        await using QuorateClient client = await ConnectAsync(shared.Cluster, 3, routing);
        QuorateKeyspace keys = client.Keyspace();

        PutResult all = await keys.PutAsync("client:levels", Value, options: new RequestOptions { W = ConsistencyLevel.All });
        GetResult everyone = await keys.GetAsync("client:levels", new RequestOptions { R = ConsistencyLevel.All });
        GetResult one = await keys.GetAsync("client:levels", new RequestOptions { R = ConsistencyLevel.Of(1) });
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(
            async () => await keys.GetAsync("client:levels", new RequestOptions { R = ConsistencyLevel.Of(4) }));

        Assert.Equal((3, 3, true), (all.Answered, everyone.Answered, one.Found));
        Assert.Contains("4 replicas were asked for, but the key has only 3", refused.Message);
        await Assert.ThrowsAsync<TooLargeException>(async () => await keys.PutAsync("client:large", new byte[17 * 1024 * 1024]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.Keyspace("nowhere").GetAsync("k"));
    }

    [Fact]
    public async Task The_nodes_coordinate_nothing_of_a_client_that_does_so_itself()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        await using QuorateClient client = await ConnectAsync(cluster, 2, Routing.Direct);
        QuorateKeyspace keys = client.Keyspace();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await keys.PutAsync($"key {i}", Value);
            Assert.True((await keys.GetAsync($"key {i}")).Found);
            await keys.DeleteAsync($"key {i}");
        }));

        foreach (int node in new[] { 1, 2, 3 }) Assert.Equal(new CoordinatedCounts(0, 0, 0, 0, 0), (await StatusAsync(cluster, node)).Coordinated);
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public async Task Nodes_that_are_killed_frozen_and_return_cost_no_request_and_get_what_they_missed(Routing routing)
    {
        const int writers = 20;
        await using DevCluster cluster = await DevCluster.StartAsync();
        await using QuorateClient client = await ConnectAsync(cluster, 3, routing);
        QuorateKeyspace keys = client.Keyspace();
        using var stop = new CancellationTokenSource();
        int rounds = 0;
        Task<int>[] load = [.. Enumerable.Range(0, writers).Select(LoadAsync)];

        await RoundsAsync();
        await cluster.KillAsync(3);
        await RoundsAsync();
        await cluster.RestartAsync(3);
        // Ready is what a node says of itself; the client may still be about to dial it, and without n3 and n2 there is no quorum.
        await Eventually.TrueAsync(IsWholeAsync, "the client reaches n3 again");
        await RoundsAsync();
        await QuorateProcess.SignalAsync(cluster.ProcessOf(2), "STOP");
        await RoundsAsync();
        await QuorateProcess.SignalAsync(cluster.ProcessOf(2), "CONT");
        await RoundsAsync();
        await stop.CancelAsync();
        int[] last = await Task.WhenAll(load);

        await Eventually.TrueAsync(IsWholeAsync, "the client reaches all three");
        await Eventually.TrueAsync(async () => (await StatusAsync(cluster, 1)).Hints + (await StatusAsync(cluster, 2)).Hints == 0, "the hints come home");
        await cluster.KillAsync(1);
        await cluster.KillAsync(2);
        for (int writer = 0; writer < writers; writer++)
        {
            GetResult own = await keys.GetAsync($"writer {writer}", new RequestOptions { R = ConsistencyLevel.Of(1) });
            Assert.Equal($"{last[writer]}", Encoding.UTF8.GetString(own.Value.Span));
        }

        async Task<bool> IsWholeAsync()
        {
            try
            {
                return (await keys.PutAsync("whole", Value, options: new RequestOptions { W = ConsistencyLevel.All, TimeoutMilliseconds = 500 })).Applied;
            }
            catch (QuorateException)
            {
                return false;
            }
        }

        Task RoundsAsync()
        {
            int now = Volatile.Read(ref rounds);
            return Eventually.TrueAsync(() => Volatile.Read(ref rounds) > now + 20 * writers || load.Any(task => task.IsFaulted), "the load goes on");
        }

        async Task<int> LoadAsync(int writer)
        {
            int round = 0;
            while (!stop.IsCancellationRequested)
            {
                round++;
                await keys.PutAsync($"writer {writer}", Encoding.UTF8.GetBytes($"{round}"));
                Assert.Equal($"{round}", Encoding.UTF8.GetString((await keys.GetAsync($"writer {writer}")).Value.Span));
                Interlocked.Increment(ref rounds);
            }

            return round;
        }
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public async Task A_replacement_leaves_no_request_undone_and_the_newcomer_is_written_to(Routing routing)
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        await using QuorateClient client = await ConnectAsync(cluster, 1, routing);
        QuorateKeyspace keys = client.Keyspace();
        await cluster.KillAsync(3);
        Directory.Delete(Path.Combine(cluster.Data, "n3"), recursive: true);
        using var stop = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 10).Select(LoadAsync)];
        using Process replacement = ReplacementTests.Start(cluster, "--replace");
        try
        {
            await Eventually.TrueAsync(() => cluster.IsReadyAsync(3), "n3 has its place");
            await Eventually.TrueAsync(async () => (await StatusAsync(cluster, 3)) is { Epoch: 2, Unfit: 0 }, "n3 is filled");
            await stop.CancelAsync();
            await Task.WhenAll(load);
            PutResult all = await keys.PutAsync("to all", Value, options: new RequestOptions { W = ConsistencyLevel.All });
            Assert.Equal(3, all.Answered);
        }
        finally
        {
            replacement.Kill();
            await replacement.WaitForExitAsync(Cancelled);
        }

        // All nodes end their connections when they take over the topology, one after the other, and there are but two: what was under
        // way then has an unknown outcome. Nothing is ever refused.
        async Task LoadAsync(int writer)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await keys.PutAsync($"writer {writer}", Value);
                }
                catch (OutcomeUnknownException)
                {
                    await keys.PutAsync($"writer {writer}", Value);
                }
            }
        }
    }

    [Fact]
    public async Task A_failure_says_whose_and_whether_it_may_have_happened()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        await using QuorateClient client = await ConnectAsync(cluster, 1, Routing.Direct);
        QuorateKeyspace keys = client.Keyspace();
        var soon = new RequestOptions { TimeoutMilliseconds = 300 };
        await keys.PutAsync("k", Value);

        foreach (int node in new[] { 2, 3 }) await QuorateProcess.SignalAsync(cluster.ProcessOf(node), "STOP");
        var unknown = await Assert.ThrowsAsync<OutcomeUnknownException>(async () => await keys.PutAsync("k", Value, options: soon));
        await Assert.ThrowsAsync<ReadTimedOutException>(async () => await keys.GetAsync("k", soon));
        foreach (int node in new[] { 2, 3 }) await QuorateProcess.SignalAsync(cluster.ProcessOf(node), "CONT");
        await keys.PutAsync("k", Value);
        foreach (int node in new[] { 2, 3 }) await cluster.KillAsync(node);
        UnavailableException? unavailable = null;
        await Eventually.TrueAsync(async () => (unavailable = await UnavailableAsync(keys)) is not null, "the client knows that two are gone");

        Assert.Equal((2, 1, 3), (unknown.Needed, unknown.Confirmed, unknown.Replicas.Count));
        Assert.Equal([Verdict.Pending, Verdict.Pending, Verdict.Stored], unknown.Replicas.Select(replica => replica.Verdict).Order());
        Assert.Contains("outcome unknown", unknown.Message);
        Assert.Equal(2, unavailable!.Replicas.Count(replica => replica.Verdict == Verdict.NotConnected));
        Assert.Equal(["n2", "n3"], unavailable.Replicas.Where(replica => replica.Verdict == Verdict.NotConnected).Select(replica => replica.Node).Order());
    }

    [Fact]
    public async Task A_session_that_wanders_between_coordinators_never_reads_back_what_plain_reads_may()
    {
        const int rounds = 300;
        var one = new RequestOptions { R = ConsistencyLevel.Of(1), W = ConsistencyLevel.Of(1) };
        await using QuorateClient viaFirst = await ConnectAsync(shared.Cluster, 1, Routing.ViaNode);
        await using QuorateClient viaSecond = await ConnectAsync(shared.Cluster, 2, Routing.ViaNode);
        await using QuorateClient viaThird = await ConnectAsync(shared.Cluster, 3, Routing.ViaNode);
        await using QuorateClient direct = await ConnectAsync(shared.Cluster, 1, Routing.Direct);
        QuorateClient[] clients = [viaFirst, viaSecond, viaThird, direct];
        string token = direct.Session(capacity: 100).ToToken();
        int wentBack = 0;

        for (int round = 0; round < rounds; round++)
        {
            string key = $"client:session:{round % 10}";
            QuorateSession here = clients[round % clients.Length].Session(token);
            PutResult put = await here.Keyspace().PutAsync(key, Value, options: one);
            QuorateClient elsewhere = clients[(round + 1) % clients.Length];
            QuorateSession there = elsewhere.Session(here.ToToken());

            Task<GetResult> plain = elsewhere.Keyspace().GetAsync(key, one).AsTask();
            GetResult own = await there.Keyspace().GetAsync(key, one);

            Assert.True(own.Version >= put.Version, $"round {round}: wrote {put.Version}, then read {own.Version}");
            if ((await plain).Version < put.Version) wentBack++;
            token = there.ToToken();
        }

        TestContext.Current.SendDiagnosticMessage($"{wentBack} of {rounds} plain reads went back.");
    }

    [Fact]
    public async Task Where_nobody_answers_the_client_says_who_and_why()
    {
        var options = new QuorateClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        int port = DevCluster.FreePortBase();

        var failure = await Assert.ThrowsAsync<UnavailableException>(() => QuorateClient.ConnectAsync($"127.0.0.1:{port}", options, Cancelled));

        Assert.Contains($"127.0.0.1:{port}", failure.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => QuorateClient.ConnectAsync("somewhere"));
    }

    [Fact]
    public async Task A_request_can_be_given_up_and_a_closed_client_takes_none()
    {
        QuorateClient client = await ConnectAsync(shared.Cluster, 1);
        QuorateKeyspace keys = client.Keyspace();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await keys.GetAsync("k", cancellationToken: new CancellationToken(canceled: true)));

        await client.DisposeAsync();
        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await keys.GetAsync("k"));
    }

    private static Task<QuorateClient> ConnectAsync(DevCluster cluster, int node, Routing routing = Routing.TokenAware) =>
        QuorateClient.ConnectAsync($"127.0.0.1:{cluster.PortBase + 1000 + node}", new QuorateClientOptions { Routing = routing }, Cancelled);

    private static async Task<UnavailableException?> UnavailableAsync(QuorateKeyspace keys)
    {
        try
        {
            await keys.PutAsync("k", Value, options: new RequestOptions { TimeoutMilliseconds = 300 });
            return null;
        }
        catch (OutcomeUnknownException)
        {
            return null;
        }
        catch (UnavailableException failure)
        {
            return failure;
        }
    }

    private static async Task<NodeStatus> StatusAsync(DevCluster cluster, int node)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<NodeStatus>(new Uri(cluster.Http(node), "/node"), JsonSerializerOptions.Web))!;
    }
}
