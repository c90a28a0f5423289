using Quorate.Client;
using Quorate.Transport.Loop;

namespace Quorate.Cli.Bench;

/// <summary>Loads the keys, measures, reads back what was written: on one loop and one thread, cheap beside what it measures.</summary>
/// <param name="say">Told once a second how it goes, from the loop's thread.</param>
internal sealed class BenchRun(BenchOptions options, TimeProvider time, Action<string> say)
{
    /// <summary>Of an open loop.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<BenchReport> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled, it reports on what was measured so far.</summary>
    /// <exception cref="BenchException">It did not come to measuring.</exception>
    public async Task<BenchReport> RunAsync(CancellationToken stopping)
    {
        // A session that throws is a fault of this tool; what it measured would mean nothing.
        var loop = new EventLoop(time, ISocketDriver.Create(), new NetworkLimits(), fault => Fail(new InvalidOperationException(fault)), Fail);
        var thread = new Thread(loop.Run) { Name = "bench", IsBackground = true };
        loop.Post(() => Begin(loop, stopping));
        thread.Start();
        try
        {
            return await _ended.Task;
        }
        finally
        {
            loop.Stop();
            thread.Join();
        }
    }

    private async void Begin(EventLoop loop, CancellationToken stopping)
    {
        try
        {
            _ended.TrySetResult(await RunPhasesAsync(loop, stopping));
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private async Task<BenchReport> RunPhasesAsync(EventLoop loop, CancellationToken stopping)
    {
        ulong run = (ulong)time.GetUtcNow().Ticks;
        var random = new Random(options.Seed);
        var zipf = new Zipf(options.Keys, options.Theta);
        var writer = new RequestWriter(run, options.ValueBytes, random, options.Tag);
        Verifier? verifier = options.Verify ? new Verifier(run, options.Keys, writer.KeyOf) : null;
        await using QuorateClient? routed = await ConnectAsync(stopping);
        var clients = new BenchClients(loop, options.Connections, Make, say);

        // 1. Every key is there.
        if (options.Load)
        {
            var load = new Sweep("loaded", isPut: true, options.Keys);
            Tally loading = await RunAsync(load, null);
            if (!load.IsDone) throw NotLoaded(load, loading, stopping.IsCancellationRequested);
        }

        // 2. An open loop would count what its first requests wait for, while code is compiled, in all that follow.
        Tally? warming = options.Rate is null || stopping.IsCancellationRequested ? null : await RunAsync(Traffic(), WarmUp);

        // 3. What is measured. An error is one at any time.
        Tally measured = await RunAsync(Traffic(), TimeSpan.FromSeconds(options.Seconds));
        if (warming is not null) measured.Errors.Add(warming.Errors);
        if (verifier is null) return BenchReport.Of(options, measured, null);

        // 4. What was acknowledged is there, also where the load did not read it.
        var readBack = new Sweep("read back", isPut: false, options.Keys);
        if (!stopping.IsCancellationRequested) await RunAsync(readBack, null);
        return BenchReport.Of(options, measured, new VerifyReport(verifier.Checked, verifier.Wrong, options.Keys - readBack.Done, verifier.Examples));

        Traffic Traffic() => new(
            options.Operation, zipf, options.Rate is { } rate ? new Pace(time.GetTimestamp(), time.TimestampFrequency, rate) : null, random);

        IBenchClient Make(int index, Action isIdle) => routed is null
            ? BenchClient.Dialled(loop, options, index, writer, isIdle)
            : new RoutedClient(loop, routed.Keyspace(), index, options.Pipeline, writer, isIdle);

        async Task<Tally> RunAsync(IWorkload workload, TimeSpan? length)
        {
            var tally = new Tally(time);
            await clients.RunAsync(new Phase(workload, tally, verifier), length, stopping);
            return tally;
        }
    }

    /// <summary>The client that all callers share, as those of an application do; null where Redis' protocol is spoken.</summary>
    private async Task<QuorateClient?> ConnectAsync(CancellationToken stopping)
    {
        if (options.Routing is not { } routing) return null;
        try
        {
            return await QuorateClient.ConnectAsync(string.Join(',', options.Nodes), new QuorateClientOptions { Routing = routing }, stopping);
        }
        catch (UnavailableException nobody)
        {
            throw new BenchException($"{nobody.Message}; with --routing, --node takes the nodes' peer addresses");
        }
    }

    private static BenchException NotLoaded(Sweep load, Tally loading, bool isStopped)
    {
        string errors = string.Join(", ", loading.Errors.Counts.Select(error => $"{error.Value.Count} {error.Key} ({error.Value.Example})"));
        string why = isStopped ? "stopped" : errors.Length == 0 ? "no answer" : errors;
        return new BenchException($"{load.Progress.TrimEnd()}, then gave up: {why}");
    }

    private void Fail(Exception failure) => _ended.TrySetException(failure);
}
