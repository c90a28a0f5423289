using System.Collections.Immutable;
using Quorate.Transport.Loop;

namespace Quorate.Cli.Bench;

/// <summary>All clients of a run: takes them through one phase after another. Loop-side.</summary>
internal sealed class BenchClients
{
    /// <summary>Above the node's own timeout of 2 s, so that its words are heard rather than silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The same when all else is done.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Where no client can take what is due.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly EventLoop _loop;
    private readonly Action<string> _say;
    private readonly ImmutableArray<IBenchClient> _clients;
    private readonly ITimer _wakeForPace;
    private TaskCompletionSource _idle = new();
    private Phase? _phase;
    private int _turn;

    /// <param name="count">How many clients.</param>
    /// <param name="make">Makes one from its number, and from whom it tells that nothing of its is in flight any more.</param>
    /// <param name="say">Told once a second how it goes.</param>
    public BenchClients(EventLoop loop, int count, Func<int, Action, IBenchClient> make, Action<string> say)
    {
        _loop = loop;
        _say = say;
        _clients = [.. Enumerable.Range(0, count).Select(index => make(index, EndWhenIdle))];
        _wakeForPace = loop.Time.CreateTimer(_ => KeepPace(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private long Now => _loop.Time.GetTimestamp();

    /// <summary>Until the phase is over and every request has ended.</summary>
    /// <param name="length">Null is until it is done, or nothing has succeeded for a while.</param>
    public async Task RunAsync(Phase phase, TimeSpan? length, CancellationToken stopping)
    {
        _phase = phase;
        _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using ITimer end = _loop.Time.CreateTimer(_ => Stop(), null, length ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using ITimer everySecond = _loop.Time.CreateTimer(_ => Look(mustSucceed: length is null), null, Second, Second);
        using CancellationTokenRegistration stop = stopping.Register(() => _loop.Post(() => StopIf(phase)));
        foreach (IBenchClient client in _clients) client.Start(phase);
        if (phase.Workload.Pace is not null) KeepPace();
        await _idle.Task;
    }

    private void StopIf(Phase phase)
    {
        if (_phase == phase) Stop();
    }

    private void Stop()
    {
        _phase!.Stop(Now);
        EndWhenIdle();
    }

    private void EndWhenIdle()
    {
        if (_phase is not { IsOver: true, InFlight: 0 }) return;
        _phase.Stop(Now);
        _idle.TrySetResult();
    }

    private void Look(bool mustSucceed)
    {
        Phase phase = _phase!;
        long now = Now;
        foreach (IBenchClient client in _clients) client.GiveUp(now, phase.IsOver ? LastPatience : Patience);
        if (mustSucceed && _loop.Time.GetElapsedTime(phase.Tally.LastSuccess, now) > Patience) Stop();
        _say(Progress.Line(phase));
    }

    /// <summary>Hands out what is due, to the clients in turn, and sleeps until there is more.</summary>
    private void KeepPace()
    {
        if (_phase is not { IsOver: false, Workload.Pace: { } pace }) return;

        for (int refused = 0; refused < _clients.Length && pace.NextDue <= Now;)
        {
            refused = _clients[_turn].TrySend(Now) ? 0 : refused + 1;
            _turn = (_turn + 1) % _clients.Length;
        }

        TimeSpan wait = _loop.Time.GetElapsedTime(Now, pace.NextDue);
        _wakeForPace.Change(wait > TimeSpan.Zero ? wait : Pause, Timeout.InfiniteTimeSpan);
    }
}
