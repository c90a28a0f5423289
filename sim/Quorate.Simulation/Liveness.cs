using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.Checkers;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;
using Quorate.Simulation.Workloads;
using Quorate.Simulation.Workloads.Registers;
using Quorate.Simulation.World;

namespace Quorate.Simulation;

/// <summary>
/// The second half of a run: trouble has stopped and clients begin nothing more. Within stated bounds the cluster must
/// become healthy, end what was asked, converge, serve everything again, and come to rest.
/// </summary>
internal sealed class Liveness(SimCluster cluster, Clients clients, RegisterWorkload registers, GaugeWatch gauges)
{
    /// <summary>A node whose clock had run ahead may have to wait until the right time has caught up with what it used.</summary>
    private static readonly TimeSpan HealingBound = TimeSpan.FromMinutes(6);

    /// <summary>The estimates of the others' clocks forget within seconds; the longest timeout is two.</summary>
    private static readonly TimeSpan ServingBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MendingBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HandoffBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConvergenceBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ReapingBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestBound = TimeSpan.FromSeconds(10);
    private static readonly RequestOptions All = new(ConsistencyLevel.All, ConsistencyLevel.All, 0, Fanout.Default, false);

    /// <summary>What the home replicas held when all hints had been handed over.</summary>
    public IReadOnlyList<Copy> CopiesAfterHandoff { get; private set; } = [];

    /// <summary>What the home replicas held when they were found equal, or when the time for that was over.</summary>
    public IReadOnlyList<Copy> Copies { get; private set; } = [];

    /// <summary>What the gauges showed when all was at rest, or when the time for that was over.</summary>
    public IReadOnlyList<Reading> AtRest { get; private set; } = [];

    /// <summary>What did not come in time, or null. Replicas that do not agree and memory that is not given back are for the checkers.</summary>
    public string? Run()
    {
        if (!cluster.Scheduler.RunUntil(() => cluster.Nodes.All(node => node.IsReady), HealingBound)) return "The cluster did not become healthy after its trouble.";
        if (!cluster.Scheduler.RunUntil(() => clients.Calls.All(call => call.IsSettled), ServingBound)) return "A request never ended.";
        // 1. What was damaged is found and mended.
        if (!cluster.Scheduler.RunUntil(() => cluster.Nodes.All(node => node.IsWhole), MendingBound)) return "A node did not mend what it had lost.";
        // 2. What was kept for others comes home by itself.
        if (!cluster.Scheduler.RunUntil(() => cluster.Hints == 0, HandoffBound)) return $"{cluster.Hints} hints were not handed over.";
        CopiesAfterHandoff = CopiesNow();
        // 3. Replicas come to agree, and no client reads anything.
        Converge();
        if (OfEveryKeyAtEveryNode("read", (node, key) => SimCall.Get(node, key, All)) is { } unread) return unread;
        // 4. Everything is served again.
        if (OfEveryKeyAtEveryNode("written", (node, key) => SimCall.Put(node, key, registers.NextValue(), All)) is { } unwritten) return unwritten;
        if (OfEveryKeyAtEveryNode("edited", (node, key) => SimCall.PutIf(node, key, registers.NextValue(), EditCondition.KeyPresent, All)) is { } unedited) return unedited;
        if (OfEveryKeyAtEveryNode("read", (node, key) => SimCall.Get(node, key, All)) is { } unreadAgain) return unreadAgain;
        // 4. What is deleted leaves nothing behind.
        if (OfEveryKeyAtEveryNode("deleted", (node, key) => SimCall.Delete(node, key, All)) is { } undeleted) return undeleted;
        if (!Reaped()) return $"Not all that was deleted is gone: {Left()}";
        if (OfEveryKeyAtEveryNode("read", (node, key) => SimCall.Get(node, key, All)) is { } unreadAtLast) return unreadAtLast;
        Rest();
        return null;
    }

    /// <summary>Where a clock was ahead, so are versions, and they go when the time has come that they name: an hour is too long to wait.</summary>
    private bool Reaped()
    {
        long newest = CopiesNow().Max(copy => copy.Head.Version.Timestamp.Milliseconds);
        TimeSpan ahead = TimeSpan.FromMilliseconds(Math.Max(0, newest - SimClock.RightAt(cluster.Scheduler.Now)));
        return ahead > MostAhead || cluster.Scheduler.RunUntil(() => cluster.Nodes.All(node => node.Status().Entries == 0), ahead + ReapingBound);
    }

    private string Left() => string.Join("; ", cluster.Nodes.Select(node => $"{node.Name} holds {node.Status().Entries}: {node.Status().Tombstones}"));

    private void Converge()
    {
        long end = EndOf(ConvergenceBound);
        while (true)
        {
            Copies = CopiesNow();
            if (new ReplicasAgree().Check(new History([]) { Copies = Copies }) is null || cluster.Scheduler.Now >= end) return;
            cluster.RunFor(TimeSpan.FromMilliseconds(100));
        }
    }

    private IReadOnlyList<Copy> CopiesNow() => [.. registers.Keys.SelectMany(cluster.CopiesOf)];

    private void Rest()
    {
        cluster.Scheduler.RunUntil(() => gauges.IsAtRest, RestBound);
        AtRest = [.. gauges.AtRest()];
    }

    private string? OfEveryKeyAtEveryNode(string done, Func<SimNode, string, SimCall> ask)
    {
        foreach (SimNode node in cluster.Nodes)
        {
            foreach (string key in registers.Keys)
            {
                if (Refusal(() => ask(node, key)) is { } refusal) return $"Not every replica of {key} can be {done} again: {refusal}";
            }
        }

        return null;
    }

    /// <summary>What was said last, where it does not succeed in time.</summary>
    private SimCall? Refusal(Func<SimCall> ask)
    {
        long end = EndOf(ServingBound);
        while (true)
        {
            SimCall call = clients.Add(ask());
            cluster.Scheduler.RunUntil(() => call.IsEnded, ServingBound);
            if (call.IsOk) return null;
            if (cluster.Scheduler.Now >= end) return call;
            cluster.RunFor(TimeSpan.FromMilliseconds(100));
        }
    }

    private long EndOf(TimeSpan bound) => cluster.Scheduler.Now + (long)bound.TotalMicroseconds;
}
