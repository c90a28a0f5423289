namespace Quorate.Cli.Bench;

/// <summary>What a run came to.</summary>
/// <param name="Rate">Requests a second that were asked for; null for a closed loop.</param>
/// <param name="Seconds">Of measured load.</param>
/// <param name="PerSecond">Requests a second that succeeded.</param>
/// <param name="Gets">Null where there were none.</param>
/// <param name="Missing">Gets that found nothing.</param>
/// <param name="Unsent">Due in an open loop and never sent: the cluster, or this machine, did not keep up.</param>
/// <param name="Errors">By first word.</param>
/// <param name="Verify">Null where nothing was verified.</param>
internal sealed record BenchReport(
    string Operation,
    int Connections,
    int Pipeline,
    int ValueBytes,
    int Keys,
    double Zipf,
    int? Rate,
    double Seconds,
    double PerSecond,
    LatencyReport? Gets,
    LatencyReport? Puts,
    LatencyReport? All,
    long Missing,
    long Unsent,
    IReadOnlyDictionary<string, ErrorReport> Errors,
    VerifyReport? Verify)
{
    public static BenchReport Of(BenchOptions options, Tally tally, VerifyReport? verify)
    {
        var all = new LatencyHistogram();
        all.Add(tally.Gets);
        all.Add(tally.Puts);
        double seconds = tally.Elapsed.TotalSeconds;
        return new BenchReport(
            options.Operation.ToString().ToLowerInvariant(),
            options.Connections,
            options.Pipeline,
            options.ValueBytes,
            options.Keys,
            options.Theta,
            options.Rate,
            seconds,
            (tally.GetsInTime + tally.PutsInTime) / seconds,
            LatencyReport.Of(tally.Gets, tally.GetsInTime / seconds),
            LatencyReport.Of(tally.Puts, tally.PutsInTime / seconds),
            LatencyReport.Of(all, (tally.GetsInTime + tally.PutsInTime) / seconds),
            tally.Missing,
            tally.Unsent,
            tally.Errors.Counts,
            verify);
    }
}

/// <param name="Count">With stragglers that were answered when the time was over; these are not in <paramref name="PerSecond"/>.</param>
internal sealed record LatencyReport(
    long Count, double PerSecond, double P50Microseconds, double P99Microseconds, double P999Microseconds, double MaxMicroseconds)
{
    public static LatencyReport? Of(LatencyHistogram latencies, double perSecond) => latencies.Count == 0 ? null : new LatencyReport(
        latencies.Count,
        perSecond,
        latencies.Percentile(0.5) / 1e3,
        latencies.Percentile(0.99) / 1e3,
        latencies.Percentile(0.999) / 1e3,
        latencies.Max / 1e3);
}

/// <param name="Example">The first of its kind, in the node's words.</param>
internal sealed record ErrorReport(long Count, string Example);

/// <param name="Checked">Reads that were judged, those of reading back included.</param>
/// <param name="Wrong">Reads that contradict what was acknowledged.</param>
/// <param name="Unread">Keys that could not be read back at the end.</param>
/// <param name="Examples">The first wrong reads in words.</param>
internal sealed record VerifyReport(long Checked, long Wrong, int Unread, IReadOnlyList<string> Examples);
