using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Transport.Peers;

/// <summary>A node's loop in a <see cref="FakeWorld"/>.</summary>
/// <param name="wallClockAhead">How far this node's wall clock is ahead of the world's, in ms.</param>
internal sealed class FakeLoop(FakeWorld world, long wallClockAhead = 0) : ILoop
{
    public event Action TurnEnding
    {
        add { }
        remove { }
    }

    public long Now => world.Now;

    public long WallClock => 1_700_000_000_000 + world.Now + wallClockAhead;

    public TimeProvider Time => new Clock(world);

    public void Post(Action work) => world.After(0, work);

    private sealed class Clock(FakeWorld world) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(world, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Timer(FakeWorld world, Action fire) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int setting = ++_setting;
            if (dueTime >= TimeSpan.Zero) world.After((long)dueTime.TotalMilliseconds, () => Fire(setting, period));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting, TimeSpan period)
        {
            if (setting != _setting) return;
            if (period > TimeSpan.Zero) world.After((long)period.TotalMilliseconds, () => Fire(setting, period));
            fire();
        }
    }
}
