using Quorate.Cli.Output;

namespace Quorate.Cli.Bench;

/// <summary>A report for people.</summary>
internal static class BenchSummary
{
    public static void Print(Terminal terminal, BenchReport report)
    {
        terminal.Table(["", "count", "rate/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms"], Rows(report));
        foreach (string line in Notes(report)) terminal.Line(line);
        if (report.Verify is { } verify) PrintVerified(terminal, verify);
    }

    private static IEnumerable<string[]> Rows(BenchReport report)
    {
        if (report.Gets is { } gets) yield return Row("get", gets);
        if (report.Puts is { } puts) yield return Row("put", puts);
        if (report is { Gets: not null, Puts: not null, All: { } all }) yield return Row("all", all);
    }

    private static string[] Row(string name, LatencyReport latency) =>
    [
        name,
        $"{latency.Count}",
        $"{latency.PerSecond:f0}",
        Milliseconds(latency.P50Microseconds),
        Milliseconds(latency.P99Microseconds),
        Milliseconds(latency.P999Microseconds),
        Milliseconds(latency.MaxMicroseconds),
    ];

    private static IEnumerable<string> Notes(BenchReport report)
    {
        string loop = report.Rate is { } rate ? $"{rate} requests a second due, each timed from then" : "closed loop";
        yield return $"{report.Seconds:f1} s, {report.Connections} connections x {report.Pipeline}, {report.ValueBytes}-byte values, {report.Keys} keys, {loop}";
        if (report.Unsent > 0) yield return $"{report.Unsent} requests were due and not sent when the time was over";
        if (report.Missing > 0) yield return $"{report.Missing} gets found nothing";
        foreach ((string kind, ErrorReport error) in report.Errors) yield return $"{error.Count} {kind}, the first: {error.Example}";
    }

    private static void PrintVerified(Terminal terminal, VerifyReport verify)
    {
        string line = $"{verify.Checked} reads verified, {verify.Wrong} wrong";
        if (verify.Wrong == 0) terminal.Success(line);
        else terminal.Error(line);
        foreach (string example in verify.Examples) terminal.Error(example);
        if (verify.Unread > 0) terminal.Line($"{verify.Unread} keys were not read back");
    }

    private static string Milliseconds(double microseconds) => $"{microseconds / 1e3:f3}";
}
