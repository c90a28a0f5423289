using Quorate.Simulation.Troubles;
using Xunit;

namespace Quorate.Tests.Cli;

public sealed class SimCommandTests
{
    [Fact]
    public async Task A_seed_prints_what_happened_and_the_same_trace_hash_each_time()
    {
        Shell.Result once = await Shell.RunAsync("sim", "--seed", "5", "--seconds", "5");
        Shell.Result again = await Shell.RunAsync("sim", "--seed", "5", "--seconds", "5");

        Assert.Equal(0, once.ExitCode);
        Assert.Matches("(?m)^trace hash: [0-9a-f]{16}$", once.Output);
        Assert.Equal(once, again);
    }

    [Fact]
    public async Task Many_seeds_end_with_a_summary()
    {
        Shell.Result many = await Shell.RunAsync("sim", "--seeds", "1..4", "--seconds", "10");

        Assert.Equal(0, many.ExitCode);
        Assert.Contains("acknowledged", many.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds", "9..1")]
    [InlineData("--seeds", "1-9")]
    [InlineData("--seed", "1", "--seeds", "1..2")]
    [InlineData("--seed", "1", "--nodes", "10")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] options)
    {
        Shell.Result refused = await Shell.RunAsync(["sim", .. options]);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public async Task An_unknown_trouble_is_named_with_those_there_are()
    {
        Shell.Result refused = await Shell.RunAsync("sim", "--seed", "1", "--trouble", "flood");
        Assert.Contains("no trouble 'flood'. There are: kill, ", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_trouble_that_is_named_can_be_asked_for()
    {
        string kinds = string.Join(',', TroubleKind.All.Select(kind => kind.Name));
        Shell.Result refused = await Shell.RunAsync("sim", "--seed", "1", "--trouble", "flood");
        Shell.Result run = await Shell.RunAsync("sim", "--seed", "2", "--seconds", "3", "--trouble", kinds);

        Assert.Equal(0, run.ExitCode);
        foreach (TroubleKind kind in TroubleKind.All) Assert.Contains(kind.Name, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trouble_that_cannot_happen_to_so_small_a_cluster_is_refused()
    {
        Shell.Result refused = await Shell.RunAsync("sim", "--seed", "1", "--nodes", "3", "--trouble", "ring-partition");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("cluster of 3", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_holds_an_event_a_line()
    {
        string file = Path.GetTempFileName();
        try
        {
            await Shell.RunAsync("sim", "--seed", "1", "--seconds", "5", "--trace", file);
            Assert.True(File.ReadLines(file).Count() > 100);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
