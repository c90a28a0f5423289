namespace Quorate.Transport.Loop;

/// <summary>Work for the loop's next turn, from any thread: the one place of the data path with a lock.</summary>
internal sealed class PostQueue
{
    private readonly Lock _gate = new();
    private List<Work> _incoming = [];
    private List<Work> _running = [];
    private bool _asleep;
    private int _wakers;

    /// <summary>A look without the lock: whoever adds later wakes the loop if it has fallen asleep.</summary>
    public bool IsEmpty => _incoming.Count == 0;

    /// <summary>True where the loop sleeps and must be woken: then <see cref="Woken"/>.</summary>
    public bool Add(SendOrPostCallback callback, object? state)
    {
        lock (_gate)
        {
            _incoming.Add(new Work(callback, state));
            bool mustWake = _asleep;
            _asleep = false;
            if (mustWake) Interlocked.Increment(ref _wakers);
            return mustWake;
        }
    }

    /// <summary>Whoever had to wake the loop has done so.</summary>
    public void Woken() => Interlocked.Decrement(ref _wakers);

    /// <summary>From here on an addition must wake the loop; false where there is work already.</summary>
    public bool TryFallAsleep()
    {
        lock (_gate)
        {
            _asleep = _incoming.Count == 0;
            return _asleep;
        }
    }

    public void StayAwake()
    {
        lock (_gate) _asleep = false;
    }

    /// <summary>Nobody is about to wake the loop, nor will be.</summary>
    public void StayAwakeForever()
    {
        StayAwake();
        while (Volatile.Read(ref _wakers) > 0) Thread.Yield();
    }

    /// <summary>Runs what was posted so far; what that posts runs in the next turn.</summary>
    public void Run()
    {
        if (IsEmpty) return;

        lock (_gate) (_incoming, _running) = (_running, _incoming);
        foreach (Work work in _running) work.Callback(work.State);
        _running.Clear();
    }

    private readonly record struct Work(SendOrPostCallback Callback, object? State);
}
