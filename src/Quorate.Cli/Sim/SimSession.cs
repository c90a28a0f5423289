using Quorate.Cli.Output;
using Quorate.Simulation;

namespace Quorate.Cli.Sim;

/// <summary>Runs seeds and says how they went.</summary>
/// <param name="replay">The options that, with a seed, run it again.</param>
/// <param name="trace">Where to write the events; null for nowhere.</param>
internal sealed class SimSession(Terminal terminal, TimeProvider time, RunOptions options, string replay, FileInfo? trace)
{
    /// <summary>A batch that does less than this to its clusters proves nothing.</summary>
    private const double LeastAcknowledgedASecond = 100;

    private const double LeastFaultsASecond = 1.0 / 5;

    public int RunOne(int seed)
    {
        RunReport report = new SimRun(seed, options).Run();
        WriteTrace([report]);
        foreach (string trouble in report.Troubles) terminal.Line(trouble);
        Summarize([report]);
        terminal.Line($"trace hash: {report.TraceHash:x16}");
        return Judge(report) ? ExitCode.Ok : ExitCode.Broken;
    }

    /// <param name="mayBeTame">The kinds of trouble were chosen: few may be what was wanted.</param>
    public int RunMany(int first, int last, bool mayBeTame)
    {
        var reports = new List<RunReport>();
        bool allHold = true;
        long began = time.GetTimestamp();
        terminal.Progress($"seeds {first}..{last}", last - first + 1, step =>
        {
            for (int seed = first; seed <= last; seed++)
            {
                RunReport report = new SimRun(seed, options).Run();
                allHold &= Judge(report);
                reports.Add(trace is null ? report.WithoutHistory() : report);
                step();
            }
        });
        WriteTrace(reports);
        Summarize(reports);
        terminal.Line($"took {time.GetElapsedTime(began).TotalSeconds:f0} s");
        return allHold && (mayBeTame || IsWild(reports)) ? ExitCode.Ok : ExitCode.Broken;
    }

    private bool Judge(RunReport report)
    {
        if (report.Failure is null) return true;
        terminal.Error(report.Failure);
        terminal.Error($"Replay it with: quorate sim --seed {report.Seed} {replay}");
        return false;
    }

    private bool IsWild(IReadOnlyCollection<RunReport> reports)
    {
        double seconds = reports.Sum(report => report.Seconds);
        double acknowledged = reports.Sum(report => (double)report.Acknowledged) / seconds;
        double faults = reports.Sum(report => (double)report.Faults) / seconds;
        if (acknowledged >= LeastAcknowledgedASecond && faults >= LeastFaultsASecond) return true;

        terminal.Error($"Too tame to mean anything: {acknowledged:f0} requests acknowledged and {faults:f2} faults a simulated second.");
        return false;
    }

    private void Summarize(IReadOnlyCollection<RunReport> reports) => terminal.Table(
        ["seeds", "simulated", "requests", "acknowledged", "faults", "clocks set", "failures"],
        [[
            $"{reports.Count}",
            $"{reports.Sum(report => report.Seconds):f0} s",
            $"{reports.Sum(report => report.Requests)}",
            $"{reports.Sum(report => report.Acknowledged)}",
            $"{reports.Sum(report => report.Faults)}",
            $"{reports.Sum(report => report.ClockCorrections)}",
            $"{reports.Count(report => report.Failure is not null)}",
        ]]);

    private void WriteTrace(IEnumerable<RunReport> reports)
    {
        if (trace is not null) File.WriteAllLines(trace.FullName, reports.SelectMany(report => report.Events));
    }
}
