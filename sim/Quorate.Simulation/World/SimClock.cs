namespace Quorate.Simulation.World;

/// <summary>A machine's wall clock: virtual time from a fixed date, as far off as the test says. Outlives the process.</summary>
public sealed class SimClock(Scheduler scheduler)
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far it is off; may be changed at any time, which is a jump.</summary>
    public TimeSpan Offset { get; set; }

    public DateTimeOffset UtcNow => Epoch.AddMicroseconds(scheduler.Now) + Offset;
}
