using Quorate.Cli.Output;
using Quorate.Coordinator;

namespace Quorate.Cli.Repair;

/// <summary>An eager pass on some nodes: starts it, watches it, and ends it when it is told to.</summary>
internal sealed class RepairRun(RepairNodes nodes, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private IEnumerable<RepairNode> Running => nodes.Reached.Where(node => node.Lost is null && node.Status.Pass is { State: "running" });

    /// <param name="words">Of the order to each node.</param>
    /// <returns>Who refused, and why; where there are any, nothing goes on.</returns>
    public async Task<IReadOnlyDictionary<string, string>> StartAsync(IReadOnlyList<string> words, CancellationToken cancelled)
    {
        var refused = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var started = new List<RepairNode>();
        foreach (RepairNode node in nodes.Reached)
        {
            if (await node.OrderAsync(cancelled, words) is { } why) refused[node.Name] = why;
            else started.Add(node);
        }

        if (refused.Count == 0) return refused;
        foreach (RepairNode node in started) await node.OrderAsync(cancelled, "STOP");
        return refused;
    }

    /// <summary>Until every node has ended its pass. Told to stop, it tells the nodes, and waits for what is under way.</summary>
    public Task WatchAsync(CancellationToken stopping) => terminal.ProgressAsync("comparing", async say =>
    {
        bool wasTold = false;
        do
        {
            await PauseAsync(stopping);
            if (stopping.IsCancellationRequested && !wasTold)
            {
                foreach (RepairNode node in nodes.Reached) await node.OrderAsync(CancellationToken.None, "STOP");
                wasTold = true;
            }

            foreach (RepairNode node in nodes.Reached) await node.RefreshAsync(CancellationToken.None);
            say(Done());
        }
        while (Running.Any());
    });

    private double Done()
    {
        RepairPassStatus[] passes = [.. nodes.Reached.Select(node => node.Status.Pass).OfType<RepairPassStatus>()];
        int whole = passes.Sum(pass => pass.Partitions);
        return whole == 0 ? 1 : passes.Sum(pass => pass.Compared + pass.NotCompared.Sum(other => other.Partitions)) / (double)whole;
    }

    private async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(LookEvery, time, stopping.IsCancellationRequested ? CancellationToken.None : stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
