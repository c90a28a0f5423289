using Quorate.Core.Quorum;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.Workloads;

namespace Quorate.Simulation;

/// <summary>
/// One seed: a cluster, clients and trouble, all drawn from it. First safety: whatever happens, nothing that is checked
/// breaks. Then liveness: once trouble has stopped, the cluster must become healthy and serve everything again.
/// </summary>
public sealed class SimRun(int seed, RunOptions options)
{
    /// <summary>A node that refuses to start is tried again each second, and connections that fail later and later, up to 2 s.</summary>
    private static readonly TimeSpan HealingBound = TimeSpan.FromSeconds(30);

    /// <summary>The estimates of the others' clocks forget within seconds.</summary>
    private static readonly TimeSpan ServingBound = TimeSpan.FromSeconds(10);

    private readonly SimCluster _cluster = new(seed, options.Cluster);
    private RegisterWorkload _workload = null!;
    private TroubleMaker _trouble = null!;

    public RunReport Run()
    {
        Random random = _cluster.Random;
        var budget = new Budget(options.Cluster.Nodes, options.Cluster.Durability);
        IReadOnlyList<TroubleKind> possible = budget.Possible(options.Troubles);
        IReadOnlyList<SimNode> victims = options.Victim is null ? _cluster.Nodes : [_cluster[options.Victim]];
        IReadOnlyList<TroubleKind> kinds = options.IsSwarm ? TroubleMaker.DrawSome(possible, random) : possible;
        _workload = new RegisterWorkload(_cluster, random, options.Workload);
        _trouble = new TroubleMaker(_cluster, victims, kinds, budget, random);

        double seconds = 0;
        string? failure;
        try
        {
            _cluster.Start();
            long began = _cluster.Scheduler.Now;
            _workload.Start();
            _trouble.Start();
            _cluster.RunFor(options.Length);
            seconds = (_cluster.Scheduler.Now - began) / 1e6;
            failure = Heal();
        }
        catch (Exception crash)
        {
            // An invariant of a node's own, or a foreign thread that the guard named: with its seed it can be run again.
            failure = $"{crash}";
        }

        return Report(seconds, failure);
    }

    /// <summary>What did not come back in time, or null.</summary>
    private string? Heal()
    {
        _trouble.Stop();
        _workload.Stop();
        foreach (SimNode node in _cluster.Nodes) node.Revive();
        if (!_cluster.Scheduler.RunUntil(() => _cluster.Nodes.All(node => node.IsReady), HealingBound)) return "The cluster did not become healthy after its trouble.";
        if (!_cluster.Scheduler.RunUntil(() => _workload.Calls.All(call => call.IsEnded), ServingBound)) return "A request never ended.";
        return ServeEverything();
    }

    private string? ServeEverything()
    {
        var all = new RequestOptions(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);
        foreach (SimNode node in _cluster.Nodes)
        {
            foreach (string key in _workload.Keys)
            {
                if (Refusal(() => SimCall.Get(node, key, all)) is { } unread) return $"Not every replica of {key} can be read again: {unread}";
                if (Refusal(() => SimCall.Put(node, key, _workload.NextValue(), all)) is { } unwritten) return $"Not every replica of {key} can be written again: {unwritten}";
            }
        }

        return null;
    }

    /// <summary>What was said last, where it does not succeed in time.</summary>
    private SimCall? Refusal(Func<SimCall> ask)
    {
        long end = _cluster.Scheduler.Now + (long)ServingBound.TotalMicroseconds;
        while (true)
        {
            SimCall call = _workload.Add(ask());
            _cluster.Scheduler.RunUntil(() => call.IsEnded, ServingBound);
            if (call.IsOk) return null;
            if (_cluster.Scheduler.Now >= end) return call;
            _cluster.RunFor(TimeSpan.FromMilliseconds(100));
        }
    }

    private RunReport Report(double seconds, string? failure)
    {
        var history = new History(_workload.Calls.SelectMany(call => call.Observe(_workload.Keys)));
        failure ??= Invariants.FirstBroken(history)?.Describe(history);
        if (failure is not null) failure = $"Seed {seed}: {failure}\nTrouble:\n{string.Join('\n', _trouble.Log)}\nNodes:\n{_cluster.Logs()}";
        return new RunReport(seed, _cluster.Scheduler.Trace.Hash, seconds, history, _trouble.Count, _trouble.Log, failure)
        {
            ClockCorrections = _cluster.Nodes.Sum(node => node.ClockCorrections),
        };
    }
}
