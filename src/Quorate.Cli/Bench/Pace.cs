namespace Quorate.Cli.Bench;

/// <summary>
/// An open loop: request i is due at start + i / rate, whether or not earlier ones were answered. A request that had to wait
/// keeps the time at which it was due, so a stall is felt by all who would have come meanwhile (no coordinated omission).
/// </summary>
/// <param name="start">In ticks of the clock, as all times here.</param>
/// <param name="frequency">Ticks a second.</param>
/// <param name="rate">Requests a second.</param>
internal sealed class Pace(long start, long frequency, int rate)
{
    private long _taken;

    public long NextDue => DueOf(_taken);

    public bool TryTake(long now, out long due)
    {
        due = NextDue;
        if (due > now) return false;
        _taken++;
        return true;
    }

    /// <summary>Requests that are due and that nobody has taken.</summary>
    public long Behind(long now)
    {
        if (NextDue > now) return 0;
        long elapsed = now - start;
        return elapsed / frequency * rate + elapsed % frequency * rate / frequency + 1 - _taken;
    }

    /// <summary>In two parts, so that no product overflows.</summary>
    private long DueOf(long request) => start + request / rate * frequency + request % rate * frequency / rate;
}
