using System.Text;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Cluster;

/// <summary>A whole cluster on virtual time. One seed is one run.</summary>
public sealed class SimCluster
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public SimCluster(int seed, int nodes = 3, Durability durability = Durability.Fsync, KeyspaceTable? keyspaces = null)
    {
        Random = new Random(seed);
        Network = new SimNetwork(Scheduler, Random);
        string[] names = [.. Enumerable.Range(0, nodes).Select(index => $"{(char)('a' + index)}")];
        Nodes = [.. names.Select(name => new SimNode(
            name,
            [.. names.Where(other => other != name).Select(SimNode.AddressOf)],
            durability,
            keyspaces ?? new KeyspaceTable([]),
            Scheduler,
            Network,
            Random))];
    }

    public Scheduler Scheduler { get; } = new();

    public Random Random { get; }

    public SimNetwork Network { get; }

    public IReadOnlyList<SimNode> Nodes { get; }

    public SimNode this[string name] => Nodes.First(node => node.Name == name);

    /// <summary>Starts every node and waits until all have heard each other.</summary>
    public void Start()
    {
        foreach (SimNode node in Nodes) node.Start();
        RunUntil(() => Nodes.All(node => node.IsReady), "the cluster forms");
    }

    /// <exception cref="TimeoutException">It did not come to hold within a minute of virtual time.</exception>
    public void RunUntil(Func<bool> condition, string what)
    {
        if (Scheduler.RunUntil(condition, Patience)) return;
        var logs = new StringBuilder();
        foreach (SimNode node in Nodes)
        {
            foreach (string line in node.Log) logs.Append('\n').Append(node.Name).Append(": ").Append(line);
        }

        throw new TimeoutException($"Not within {Patience} of virtual time: {what}.{logs}");
    }

    public void RunFor(TimeSpan span) => Scheduler.RunFor(span);

    /// <summary>Writes through a node and waits for the outcome.</summary>
    public SimCall Put(string node, string key, string value, RequestOptions options = default) =>
        Wait(SimCall.Put(this[node], Scheduler, key, value, options));

    public SimCall Delete(string node, string key, RequestOptions options = default) =>
        Wait(SimCall.Delete(this[node], Scheduler, key, options));

    public SimCall Get(string node, string key, RequestOptions options = default) =>
        Wait(SimCall.Get(this[node], Scheduler, key, options));

    /// <summary>Waits for a call that was begun earlier.</summary>
    public SimCall Wait(SimCall call)
    {
        RunUntil(() => call.IsEnded, $"{call} ends");
        return call;
    }
}
