namespace Quorate.Simulation.World;

/// <summary>
/// A machine's wall clock: virtual time from a fixed date, as far and as fast off as the test says. Outlives the process.
/// Its monotonic clock is right: no timeout is long enough for the difference to be seen.
/// </summary>
public sealed class SimClock(Scheduler scheduler)
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _offset;
    private long _setAt;
    private int _drift;

    /// <summary>What a right clock shows, in Unix ms.</summary>
    /// <param name="now">Microseconds of virtual time.</param>
    public static long RightAt(long now) => Epoch.ToUnixTimeMilliseconds() + now / 1000;

    /// <summary>How far it is off now; may be changed at any time, which is a jump.</summary>
    public TimeSpan Offset
    {
        get => _offset + TimeSpan.FromMicroseconds((scheduler.Now - _setAt) * _drift / 1_000_000);
        set => (_offset, _setAt) = (value, scheduler.Now);
    }

    /// <summary>How many microseconds a second it gains; negative where it loses.</summary>
    public int Drift
    {
        get => _drift;
        set => (Offset, _drift) = (Offset, value);
    }

    public bool IsRight => Offset == TimeSpan.Zero && Drift == 0;

    public DateTimeOffset UtcNow
    {
        get
        {
            DateTimeOffset now = Right + Offset;
            if (now > LatestShown) LatestShown = now;
            return now;
        }
    }

    /// <summary>The latest time that anybody read from it.</summary>
    public DateTimeOffset LatestShown { get; private set; }

    private DateTimeOffset Right => Epoch.AddMicroseconds(scheduler.Now);

    public void SetRight() => (Offset, Drift) = (TimeSpan.Zero, 0);

    /// <summary>Sets it to the latest time that it ever showed.</summary>
    public void SetToLatestShown() => Offset = LatestShown - Right;
}
