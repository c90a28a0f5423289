namespace Quorate.Cli.Bench;

/// <summary>What a phase has come to so far.</summary>
/// <param name="time">The clock.</param>
internal sealed class Tally(TimeProvider time)
{
    private readonly double _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
    private readonly long _began = time.GetTimestamp();

    public LatencyHistogram Gets { get; } = new();

    public LatencyHistogram Puts { get; } = new();

    /// <summary>Since somebody looked last.</summary>
    public LatencyHistogram Recent { get; } = new();

    public ErrorCounts Errors { get; } = new();

    /// <summary>Gets that found nothing; they count as answered.</summary>
    public long Missing { get; set; }

    /// <summary>Due in an open loop, and never sent.</summary>
    public long Unsent { get; private set; }

    public long LastSuccess { get; private set; } = time.GetTimestamp();

    /// <summary>What was answered while the phase lasted gives its rate; stragglers do not.</summary>
    public long GetsInTime { get; private set; }

    public long PutsInTime { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long Succeeded => Gets.Count + Puts.Count;

    public void Succeed(in BenchRequest request, long now)
    {
        long latency = (long)((now - request.Due) * _nanosecondsPerTick);
        (request.IsPut ? Puts : Gets).Record(latency);
        Recent.Record(latency);
        LastSuccess = now;
    }

    public void Close(long now, long unsent)
    {
        Elapsed = time.GetElapsedTime(_began, now);
        GetsInTime = Gets.Count;
        PutsInTime = Puts.Count;
        Unsent = unsent;
    }
}
