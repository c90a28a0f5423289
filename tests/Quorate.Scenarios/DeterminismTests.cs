using System.Diagnostics;
using System.Globalization;
using Quorate.Simulation;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Law 10: one seed replays one run.</summary>
public class DeterminismTests
{
    private const string FileVariable = "QUORATE_TRACE_FILE";
    private const int Seed = 7;

    [Fact]
    public void One_seed_gives_the_same_trace_hash_twice_in_one_process()
    {
        Assert.Equal(HashOf(Seed), HashOf(Seed));
        Assert.NotEqual(HashOf(Seed), HashOf(Seed + 1));
    }

    /// <summary>Hash seeds, addresses and thread timing differ between processes: none of them may reach a decision.</summary>
    [Fact]
    public void One_seed_gives_the_same_trace_hash_in_a_fresh_process()
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "exec", typeof(DeterminismTests).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(Writes_its_hash_for_the_test_above)}" },
                Environment = { [FileVariable] = file },
                RedirectStandardOutput = true,
            };
            using Process child = Process.Start(start)!;
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.Equal(HashOf(Seed), File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Explicit = true)]
    public void Writes_its_hash_for_the_test_above()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { } file) File.WriteAllText(file, HashOf(Seed));
    }

    private static string HashOf(int seed) => new SimRun(seed, RunOptions.Synced).Run().TraceHash.ToString("x16", CultureInfo.InvariantCulture);
}
