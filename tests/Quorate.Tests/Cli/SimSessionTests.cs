using System.Text;
using Quorate.Cli;
using Quorate.Cli.Output;
using Quorate.Cli.Sim;
using Quorate.Simulation;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.Workloads;
using Xunit;

namespace Quorate.Tests.Cli;

public sealed class SimSessionTests : IDisposable
{
    /// <summary>More than the budget allows: nodes that sync each second all lose power, and with it what they had acknowledged.</summary>
    private static readonly TroubleKind UnaffordablePowerCut = new("unaffordable-power-cut", (cluster, _, _) =>
    {
        foreach (SimNode node in cluster.Nodes) node.LosePower();
        foreach (SimNode node in cluster.Nodes) node.Revive();
        return null;
    });

    private readonly MemoryStream _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public void What_breaks_is_told_with_the_invariant_the_history_of_the_key_and_the_command_that_replays_it()
    {
        RunOptions options = RunOptions.Periodic with { IsSwarm = false, Troubles = [UnaffordablePowerCut], Length = TimeSpan.FromSeconds(5) };

        Assert.Equal(ExitCode.Broken, SessionOf(options).RunOne(3));

        string errors = _errors.ToString();
        Assert.StartsWith("Seed 3: ", errors, StringComparison.Ordinal);
        Assert.Contains("was acknowledged", errors, StringComparison.Ordinal);
        Assert.Contains("All of key k", errors, StringComparison.Ordinal);
        Assert.Contains("Replay it with: quorate sim --seed 3 --seconds 5 --nodes 3", errors, StringComparison.Ordinal);
        Assert.Matches("(?m)^trace hash: [0-9a-f]{16}$", Encoding.UTF8.GetString(_output.ToArray()));
    }

    [Fact]
    public void A_batch_that_is_too_tame_fails_unless_its_trouble_was_chosen()
    {
        var options = new RunOptions { Workload = new WorkloadOptions(Clients: 1), Length = TimeSpan.FromSeconds(3) };

        Assert.Equal(ExitCode.Ok, SessionOf(options).RunMany(1, 2, mayBeTame: true));
        Assert.Equal("", _errors.ToString());
        Assert.Equal(ExitCode.Broken, SessionOf(options).RunMany(1, 2, mayBeTame: false));
        Assert.Contains("Too tame", _errors.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private SimSession SessionOf(RunOptions options) =>
        new(new Terminal(Stream.Null, _output, _errors, console: null), TimeProvider.System, options, "--seconds 5 --nodes 3", trace: null);
}
