using System.Diagnostics;
using System.Globalization;
using Quorate.Simulation;
using Xunit;

namespace Quorate.Scenarios;

public class RandomTroubleTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names =>
    [
        nameof(RunOptions.Synced), nameof(RunOptions.Periodic), nameof(RunOptions.FiveNodes), nameof(RunOptions.Clients), nameof(RunOptions.ClientsAtOneKey), nameof(RunOptions.OneHotKey),
        nameof(RunOptions.PowerCuts), nameof(RunOptions.OneWrongClock), nameof(RunOptions.Clears), nameof(RunOptions.ClearsByAWrongClock),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_goes_wrong_every_law_holds_and_the_cluster_heals(string kind) => Run(1, 50, kind);

    /// <summary>What `quorate sim` runs; `.ci/run` has it run a hundred.</summary>
    [Fact]
    public void Ten_long_seeds_of_five_nodes_hold_every_law() => Run(1, 10, Kinds.Sim);

    /// <summary>As many seeds as one likes, by hand: <c>QUORATE_SEEDS=1000..2000 dotnet run -c Release --project tests/Quorate.Scenarios -- -explicit only -showLiveOutput</c>.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void Every_law_holds_for_further_seeds(string kind)
    {
        int[] range = [.. (Environment.GetEnvironmentVariable("QUORATE_SEEDS") ?? "1000..1100").Split("..").Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        Run(range[0], range[1], kind);
    }

    private void Run(int first, int last, string kind)
    {
        RunOptions options = Kinds.Named(kind);
        var watch = Stopwatch.StartNew();
        var failures = new List<string>();
        (double seconds, long requests, long acknowledged, long faults) = (0, 0, 0, 0);
        for (int seed = first; seed <= last; seed++)
        {
            RunReport report = new SimRun(seed, options).Run();
            if (report.Failure is not null) failures.Add(report.Failure);
            seconds += report.Seconds;
            requests += report.History.All.Count;
            acknowledged += report.Acknowledged;
            faults += report.Faults;
        }

        output.WriteLine(
            $"{kind}: {last - first + 1} seeds, {seconds:f0} virtual s in {watch.Elapsed.TotalSeconds:f1} s, {requests} requests, "
            + $"{acknowledged} acknowledged, {faults} troubles, {failures.Count} failures: {string.Join(' ', failures.Select(failure => failure.Split(':')[0]))}");
        Assert.True(failures.Count == 0, failures.FirstOrDefault());
    }
}
