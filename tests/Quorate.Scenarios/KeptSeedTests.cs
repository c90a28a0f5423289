using System.Globalization;
using Quorate.Simulation;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Seeds that once failed: a line each in <c>kept-seeds.txt</c>.</summary>
public class KeptSeedTests
{
    public static TheoryData<string, int, string> Seeds
    {
        get
        {
            var seeds = new TheoryData<string, int, string>();
            foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "kept-seeds.txt")).Where(line => !line.StartsWith('#')))
            {
                string[] parts = line.Split('|', StringSplitOptions.TrimEntries);
                seeds.Add(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_a_seed_once_found_stays_fixed(string options, int seed, string found)
    {
        RunReport report = new SimRun(seed, Kinds.Named(options)).Run();
        Assert.True(report.Failure is null, $"It once found: {found}\n{report.Failure}");
    }
}
