using System.Globalization;
using Quorate.Simulation;
using Xunit;

namespace Quorate.Scenarios;

public class RandomTroubleTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_goes_wrong_every_law_holds_in_fsync_mode() => Run(1, 200, RunOptions.Synced);

    /// <summary>By hand, for as many as one likes: <c>QUORATE_SEEDS=1000..2000 dotnet run --project tests/Quorate.Scenarios -- -explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public void Whatever_goes_wrong_every_law_holds_for_many_more_seeds()
    {
        string[] range = (Environment.GetEnvironmentVariable("QUORATE_SEEDS") ?? "1000..1100").Split("..");
        Run(int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[1], CultureInfo.InvariantCulture), RunOptions.Synced);
    }

    private void Run(int first, int last, RunOptions options)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        (double seconds, long requests, long acknowledged, long faults) = (0, 0, 0, 0);
        for (int seed = first; seed <= last; seed++)
        {
            RunReport report = new SimRun(seed, options).Run();
            Assert.True(report.Failure is null, report.Failure);
            seconds += report.Seconds;
            requests += report.History.All.Count;
            acknowledged += report.Acknowledged;
            faults += report.Faults;
        }

        output.WriteLine($"{last - first + 1} seeds, {seconds:f0} virtual s in {watch.Elapsed.TotalSeconds:f1} s, {requests} requests, {acknowledged} ok, {faults} faults");
    }
}
