namespace Quorate.Cli.Bench;

/// <summary>How a phase goes, for a person who waits.</summary>
internal static class Progress
{
    /// <summary>What happened since the last line.</summary>
    public static string Line(Phase phase)
    {
        LatencyHistogram recent = phase.Tally.Recent;
        string line = $"{phase.Workload.Progress}{recent.Count:n0}/s  p50 {Milliseconds(recent, 0.5)}  p99 {Milliseconds(recent, 0.99)}";
        if (phase.Tally.Errors.Total > 0) line += $"  {phase.Tally.Errors.Total:n0} errors";
        recent.Clear();
        return line;
    }

    private static string Milliseconds(LatencyHistogram histogram, double share) => $"{histogram.Percentile(share) / 1e6:f1} ms";
}
