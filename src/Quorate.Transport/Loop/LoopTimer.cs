namespace Quorate.Transport.Loop;

/// <summary>A timer that fires on the loop. Loop-side, but for what a finalizer or another thread may do: that is posted.</summary>
internal sealed class LoopTimer(EventLoop loop, TimerHeap heap, TimerCallback callback, object? state) : ITimer
{
    private long _period;
    private bool _disposed;

    /// <summary>In the clock's ticks.</summary>
    public long Due { get; private set; }

    /// <summary>Timers due at once fire in the order in which they were set.</summary>
    public long Order { get; private set; }

    /// <summary>Its place in the heap; -1 where it is not set.</summary>
    public int Index { get; set; } = -1;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed) return false;
        if (loop.IsCurrent) Set(dueTime, period);
        else loop.Post(() => Set(dueTime, period));
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        if (loop.IsCurrent) heap.Remove(this);
        else loop.Post(() => heap.Remove(this));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Fire(long now)
    {
        heap.Remove(this);
        if (_period > 0) Schedule(Math.Max(Due + _period, now));
        callback(state);
    }

    private void Set(TimeSpan dueTime, TimeSpan period)
    {
        heap.Remove(this);
        _period = period > TimeSpan.Zero ? loop.TicksOf(period) : 0;
        if (dueTime >= TimeSpan.Zero && !_disposed) Schedule(loop.Time.GetTimestamp() + loop.TicksOf(dueTime));
    }

    private void Schedule(long due)
    {
        Due = due;
        Order = heap.NextOrder();
        heap.Add(this);
    }
}
