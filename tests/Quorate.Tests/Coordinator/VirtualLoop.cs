using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Coordinator;

/// <summary>A loop that a test turns by hand: time passes only in <see cref="Pass"/>.</summary>
internal sealed class VirtualLoop : TimeProvider, ILoop
{
    private readonly List<VirtualTimer> _timers = [];
    private readonly Queue<Action> _posted = new();

    public event Action? TurnEnding;

    public long Now { get; private set; } = 5_000;

    public long WallClock { get; set; } = 1_700_000_000_000;

    public TimeProvider Time => this;

    public override long TimestampFrequency => 1_000;

    public void Post(Action work) => _posted.Enqueue(work);

    /// <summary>Lets virtual ms pass, one turn each.</summary>
    public void Pass(long milliseconds)
    {
        for (long passed = 0; passed < milliseconds; passed++)
        {
            Now++;
            WallClock++;
            Turn();
        }
    }

    /// <summary>Lets time pass without a turn until its end: what a stalled process sees.</summary>
    public void Stall(long milliseconds)
    {
        Now += milliseconds;
        WallClock += milliseconds;
        Turn();
    }

    public override long GetTimestamp() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Turn()
    {
        while (_posted.TryDequeue(out Action? work)) work();
        for (int index = 0; index < _timers.Count; index++) _timers[index].FireIfDue();
        TurnEnding?.Invoke();
    }

    private sealed class VirtualTimer(VirtualLoop loop, TimerCallback callback, object? state) : ITimer
    {
        private long _due = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : loop.Now + (long)dueTime.TotalMilliseconds;
            return true;
        }

        public void FireIfDue()
        {
            if (_due > loop.Now) return;
            _due = long.MaxValue;
            callback(state);
        }

        public void Dispose() => _due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
