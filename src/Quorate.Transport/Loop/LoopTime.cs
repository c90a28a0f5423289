namespace Quorate.Transport.Loop;

/// <summary>The given clock, with timers that fire on the loop.</summary>
internal sealed class LoopTime(EventLoop loop, TimeProvider clock, TimerHeap timers) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LoopTimer(loop, timers, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
