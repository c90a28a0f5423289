using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.Workloads;
using Quorate.Simulation.Workloads.Registers;

namespace Quorate.Simulation;

/// <summary>
/// One seed: a cluster, clients and trouble, all drawn from it. First safety: whatever happens, nothing that is checked
/// breaks. Then <see cref="Liveness"/>: once trouble has stopped, the cluster must become healthy, converge and serve
/// everything again.
/// </summary>
public sealed class SimRun(int seed, RunOptions options)
{
    /// <summary>Microseconds: a disk that turns, and is not the only one's.</summary>
    private const int LongestDiskLatency = 50_000;

    /// <summary>What sessions draw is not taken from what the others draw: without clients of the library all is as it was without sessions.</summary>
    private const int SessionsApart = 0x5E55_1015;

    private readonly SimCluster _cluster = new(seed, options.Cluster);
    private Clients _clients = null!;
    private TroubleMaker _trouble = null!;

    public RunReport Run()
    {
        Random random = _cluster.Random;
        DrawDisks(random);
        var budget = new Budget(options.Cluster.Nodes, options.Cluster.Durability);
        IReadOnlyList<TroubleKind> possible = budget.Possible(options.Troubles);
        IReadOnlyList<SimNode> victims = options.Victim is null ? _cluster.Nodes : [_cluster[options.Victim]];
        IReadOnlyList<TroubleKind> kinds = options.IsSwarm ? TroubleMaker.DrawSome(possible, random) : possible;
        bool mayExpire = !kinds.Any(kind => kind.TouchesClocks);
        var registers = new RegisterWorkload(random, options.Workload, mayExpire);
        var gauges = new GaugeWatch(_cluster);
        _clients = new Clients(_cluster, options.Workload);
        _clients.JoinMany(random, registers.Next);
        if (_cluster.Clients.Count > 0) JoinSessions([.. registers.Keys], mayExpire);
        _trouble = new TroubleMaker(_cluster, victims, kinds, budget, random);
        var liveness = new Liveness(_cluster, _clients, registers, gauges);

        string? failure;
        try
        {
            _cluster.Start();
            gauges.Start();
            Trouble();
            failure = liveness.Run();
        }
        catch (Exception thrown)
        {
            // An invariant of a node's own, or a foreign thread that the guard named: told like any other failure.
            failure = $"{thrown}";
        }

        var history = new History(_clients.Calls.SelectMany(call => call.Observe(registers.Keys)))
        {
            Copies = liveness.Copies,
            CopiesAfterHandoff = liveness.CopiesAfterHandoff,
            Readings = [.. gauges.Highest, .. liveness.AtRest],
        };
        return Report(history, failure);
    }

    /// <summary>Most clusters have quick ones; in the others much that was asked is not synced yet, whenever something happens.</summary>
    private void DrawDisks(Random random)
    {
        double share = random.NextDouble();
        foreach (SimNode node in _cluster.Nodes) node.Disk.Latency = (int)(share * share * LongestDiskLatency);
    }

    private void JoinSessions(IReadOnlyList<string> keys, bool mayExpire)
    {
        var random = new Random(seed ^ SessionsApart);
        var sessions = new SessionWorkload(random, options.Workload, keys, mayExpire);
        for (int user = 0; user < options.Workload.Sessions; user++) _clients.JoinOne(random, sessions.User());
    }

    /// <summary>Clients and trouble at once.</summary>
    private void Trouble()
    {
        _clients.Start();
        _trouble.Start();
        _cluster.RunFor(options.Length);
        _trouble.Stop();
        _clients.Stop();
        foreach (SimNode node in _cluster.Nodes) node.Revive();
    }

    private RunReport Report(History history, string? failure)
    {
        string broken = string.Join('\n', new[] { failure, Invariants.FirstBroken(history)?.Describe(history) }.Where(what => what is not null));
        if (broken.Length > 0) failure = $"Seed {seed}: {broken}\nTrouble:\n{string.Join('\n', _trouble.Log)}\nNodes:\n{_cluster.Logs()}";
        return new RunReport(seed, _cluster.Scheduler.Trace.Hash, options.Length.TotalSeconds, history, _trouble.Count, _trouble.Log, failure)
        {
            ClockCorrections = _cluster.Nodes.Sum(node => node.ClockCorrections),
        };
    }
}
