using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Storage;

/// <summary>A loop whose turns and time a test moves by hand.</summary>
internal sealed class HandLoop : ILoop
{
    private readonly Queue<Action> _posted = new();
    private readonly HandTime _time;

    public HandLoop() => _time = new HandTime(this);

    public event Action? TurnEnding;

    public long Now { get; private set; }

    public long WallClock => 1_700_000_000_000 + Now;

    public TimeProvider Time => _time;

    public void Post(Action work) => _posted.Enqueue(work);

    /// <summary>One turn: what was posted and what is due, then the end.</summary>
    public void Turn()
    {
        for (int left = _posted.Count; left > 0; left--) _posted.Dequeue()();
        _time.FireDue();
        TurnEnding?.Invoke();
    }

    public void Advance(long milliseconds)
    {
        Now += milliseconds;
        Turn();
    }

    private sealed class HandTime(HandLoop loop) : TimeProvider
    {
        private readonly List<HandTimer> _timers = [];

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => loop.Now;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(loop.WallClock);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new HandTimer(loop, () => callback(state));
            timer.Change(dueTime, period);
            _timers.Add(timer);
            return timer;
        }

        public void FireDue()
        {
            foreach (HandTimer timer in _timers.ToArray()) timer.FireIfDue();
        }
    }

    private sealed class HandTimer(HandLoop loop, Action fire) : ITimer
    {
        private long? _due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("One shot only.");
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : loop.Now + (long)dueTime.TotalMilliseconds;
            return true;
        }

        public void FireIfDue()
        {
            if (_due > loop.Now || _due is null) return;
            _due = null;
            fire();
        }

        public void Dispose() => _due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A worker that works when told to.</summary>
internal sealed class HandWorker : IWorker
{
    private readonly Queue<Action> _queue = new();

    public bool IsIdle => _queue.Count == 0;

    public void Run(Action work) => _queue.Enqueue(work);

    public void RunAll()
    {
        while (_queue.TryDequeue(out Action? work)) work();
    }
}
