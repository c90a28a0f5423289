using System.Diagnostics;
using System.Globalization;
using Quorate.Simulation;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Law 10: one seed replays one run.</summary>
public class DeterminismTests
{
    private const string FileVariable = "QUORATE_TRACE_FILE";
    private const string KindVariable = "QUORATE_TRACE_KIND";
    private const int Seed = 7;

    [Fact]
    public void One_seed_gives_the_same_trace_hash_twice_in_one_process()
    {
        Assert.Equal(HashOf(nameof(RunOptions.Synced), Seed), HashOf(nameof(RunOptions.Synced), Seed));
        Assert.NotEqual(HashOf(nameof(RunOptions.Synced), Seed), HashOf(nameof(RunOptions.Synced), Seed + 1));
    }

    /// <summary>Hash seeds, addresses and thread timing differ between processes: none of them may reach a decision.</summary>
    [Theory]
    [InlineData(nameof(RunOptions.Synced))]
    [InlineData(nameof(RunOptions.Clears))]
    [InlineData(Kinds.Sim)]
    public void One_seed_gives_the_same_trace_hash_in_a_fresh_process(string kind)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "exec", typeof(DeterminismTests).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(Writes_its_hash_for_the_test_above)}" },
                Environment = { [FileVariable] = file, [KindVariable] = kind },
                RedirectStandardOutput = true,
            };
            using Process child = Process.Start(start)!;
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.Equal(HashOf(kind, Seed), File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_long_seed_that_is_replayed_has_hints_in_it() =>
        Assert.Contains(Run(Kinds.Sim, Seed).History.Readings, reading => reading.Gauge is { Name: "hints", Value: > 0 });

    [Fact(Explicit = true)]
    public void Writes_its_hash_for_the_test_above()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file) return;
        File.WriteAllText(file, HashOf(Environment.GetEnvironmentVariable(KindVariable)!, Seed));
    }

    private static string HashOf(string kind, int seed) => Run(kind, seed).TraceHash.ToString("x16", CultureInfo.InvariantCulture);

    private static RunReport Run(string kind, int seed) => new SimRun(seed, Kinds.Named(kind)).Run();
}
