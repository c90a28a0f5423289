using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>
/// The loop on real sockets: whoever calls <see cref="Run"/> is its thread. An exception from a session closes that session's
/// connection; any other ends the loop and is handed to its owner.
/// </summary>
public sealed class EventLoop : ILoop
{
    /// <summary>
    /// Falling asleep and being woken costs more than a few looks, and under load the next bytes are nearly there.
    /// </summary>
    private const int LooksBeforeSleep = 4;

    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFatal;
    private readonly ISocketDriver _driver;
    private readonly PostQueue _posted = new();
    private readonly TimerHeap _timers = new();
    private readonly long _ticksPerMillisecond;
    private Thread? _thread;
    private long _nowTicks;
    private volatile bool _stopping;

    /// <summary>A loop that has not run yet; until then anybody may set it up.</summary>
    /// <param name="clock">Both clocks, read once a turn.</param>
    /// <param name="driver">The system's sockets; disposed when the loop ends.</param>
    /// <param name="limits">What connections may hold.</param>
    /// <param name="log">Takes a line for each session that failed.</param>
    /// <param name="onFatal">Told why the loop ended, where it was not <see cref="Stop"/>.</param>
    public EventLoop(
        TimeProvider clock, ISocketDriver driver, NetworkLimits limits, Action<string> log, Action<Exception> onFatal)
    {
        _clock = clock;
        _driver = driver;
        _onFatal = onFatal;
        _ticksPerMillisecond = clock.TimestampFrequency / 1000;
        Time = new LoopTime(this, clock, _timers);
        Network = new SocketNetwork(this, driver, limits, log);
        ReadClocks();
    }

    /// <inheritdoc/>
    public event Action? TurnEnding;

    /// <summary>The connections, listeners and datagrams that this loop watches.</summary>
    public SocketNetwork Network { get; }

    /// <inheritdoc/>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public long Now { get; private set; }

    /// <inheritdoc/>
    public long WallClock { get; private set; }

    /// <summary>Whether the caller is the loop's thread, or sets things up before it runs.</summary>
    internal bool IsCurrent => _thread is null || _thread == Thread.CurrentThread;

    /// <inheritdoc/>
    public void Post(Action work) => Post(static state => ((Action)state!)(), work);

    internal void Post(SendOrPostCallback callback, object? state)
    {
        if (!_posted.Add(callback, state)) return;
        try
        {
            _driver.Wake();
        }
        finally
        {
            _posted.Woken();
        }
    }

    internal long TicksOf(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds * _ticksPerMillisecond);

    /// <summary>Runs turns until <see cref="Stop"/> or a fatal exception, then closes every connection.</summary>
    /// <exception cref="InvalidOperationException">It has run before, or still does.</exception>
    public void Run()
    {
        if (_thread is not null) throw new InvalidOperationException("The loop runs once.");
        _thread = Thread.CurrentThread;
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new LoopContext(this));
        try
        {
            while (!_stopping) Turn();
        }
        catch (Exception failure)
        {
            _onFatal(failure);
        }
        finally
        {
            Network.Shut();
            // What wakes the loop is a descriptor, whose number is another file's or socket's next.
            _posted.StayAwakeForever();
            _driver.Dispose();
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Ends the loop after a turn that sends what is pending. Any thread may call it.</summary>
    public void Stop() => Post(() => _stopping = true);

    private void Turn()
    {
        // 1. See which sockets are ready.
        WaitForWork();
        ReadClocks();

        // 2. What other threads and the past left to do.
        _posted.Run();
        _timers.Fire(_nowTicks);

        // 3. Every connection that has bytes gets its share of the turn.
        Network.Dispatch();

        // 4. What was asked of others leaves, so that they are at work while the log is written.
        Network.FlushOutgoing();

        // 5. The log is written.
        TurnEnding?.Invoke();

        // 6. What the turn wrote leaves, a send a connection.
        Network.Flush();

        // 7. Who waited for that goes on; what it writes leaves in the next turn.
        Network.FinishFlush();
    }

    private void WaitForWork()
    {
        for (int look = 0; look < LooksBeforeSleep; look++)
        {
            if (Network.Look(0) || HasWork) return;
            Thread.Yield();
        }

        int timeout = MicrosecondsToNextTimer();
        if (timeout == 0 || !_posted.TryFallAsleep()) return;
        Network.Look(timeout);
        _posted.StayAwake();
    }

    private bool HasWork => !_posted.IsEmpty || Network.HasWork;

    private int MicrosecondsToNextTimer()
    {
        if (_timers.NextDue is not { } due) return Timeout.Infinite;
        double microseconds = Math.Ceiling((due - _clock.GetTimestamp()) * 1000.0 / _ticksPerMillisecond);
        return (int)Math.Clamp(microseconds, 0, int.MaxValue);
    }

    private void ReadClocks()
    {
        _nowTicks = _clock.GetTimestamp();
        Now = _nowTicks / _ticksPerMillisecond;
        WallClock = _clock.GetUtcNow().ToUnixTimeMilliseconds();
    }
}
