using System.Text;
using Quorate.Client;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Cluster;

/// <summary>A whole cluster on virtual time. One seed is one run.</summary>
public sealed class SimCluster
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public SimCluster(int seed, SimOptions? options = null)
    {
        options ??= new SimOptions();
        Random = new Random(seed);
        Network = new SimNetwork(Scheduler, Random);
        string[] names = [.. Enumerable.Range(0, options.Nodes).Select(index => $"{(char)('a' + index)}")];
        Nodes =
        [
            .. names.Select(name => new SimNode(
                name, [.. names.Where(other => other != name).Select(SimNode.AddressOf)], options, Scheduler, Network, Random)),
        ];
        foreach (SimNode node in Nodes) node.All = Nodes;
        Routing[] routings = [.. options.Routings, .. DrawRoutings(options.DrawnClients)];
        Clients = [.. routings.Select((routing, index) => new SimClient($"x{index + 1}", routing, Nodes, options, Scheduler, Network, Random))];
        Homes = [.. Nodes, .. Clients];
    }

    public Scheduler Scheduler { get; } = new();

    public Random Random { get; }

    public SimNetwork Network { get; }

    public IReadOnlyList<SimNode> Nodes { get; }

    public IReadOnlyList<SimClient> Clients { get; }

    /// <summary>All who can be asked.</summary>
    public IReadOnlyList<ISimHome> Homes { get; }

    public SimNode this[string name] => Nodes.First(node => node.Name == name);

    /// <summary>Starts every node and client and waits until all have heard each other.</summary>
    public void Start()
    {
        foreach (SimNode node in Nodes) node.Start();
        foreach (SimClient client in Clients) client.Start();
        RunUntilReady();
        RunUntil(() => Clients.All(client => client.IsStarted), "all clients take requests");
    }

    /// <summary>Until all are connected, and still are after a second: a connection to a node that lost its power looks well for a while.</summary>
    public void RunUntilReady()
    {
        RunUntil(() => Nodes.All(node => node.IsReady), "all nodes are connected");
        RunFor(TimeSpan.FromSeconds(1));
        RunUntil(() => Nodes.All(node => node.IsReady), "all nodes are connected again");
    }

    /// <exception cref="TimeoutException">It did not come to hold within a minute of virtual time.</exception>
    public void RunUntil(Func<bool> condition, string what)
    {
        if (!Scheduler.RunUntil(condition, Patience)) throw new TimeoutException($"Not within {Patience} of virtual time: {what}.\n{Logs()}");
    }

    public void RunFor(TimeSpan span) => Scheduler.RunFor(span);

    /// <summary>What the nodes that are up keep for others.</summary>
    public long Hints => Nodes.Where(node => node.IsUp).Sum(node => node.Status().Hints);

    public void RunUntilHandedOver() => RunUntil(() => Hints == 0, "all hints are handed over");

    /// <summary>Writes through a node or client and waits for the outcome.</summary>
    public SimCall Put(string home, string key, string value, RequestOptions options = default) =>
        Wait(SimCall.Put(HomeOf(home), key, value, options));

    public SimCall Delete(string home, string key, RequestOptions options = default) =>
        Wait(SimCall.Delete(HomeOf(home), key, options));

    public SimCall Get(string home, string key, RequestOptions options = default) =>
        Wait(SimCall.Get(HomeOf(home), key, options));

    public SimCall PutIf(string home, string key, string value, EditCondition condition, RequestOptions options = default) =>
        Wait(SimCall.PutIf(HomeOf(home), key, value, condition, options));

    public SimCall Expire(string home, string key, TimeSpan @in, RequestOptions options = default) =>
        Wait(SimCall.Expire(HomeOf(home), key, @in, options));

    public SimCall Scan(string home, ScanPoint from, int count, RequestOptions options = default) =>
        Wait(SimCall.Scan(HomeOf(home), from, count, options));

    /// <summary>Deletes every key.</summary>
    public SimCall Clear(string home, RequestOptions options = default) => Wait(SimCall.Clear(HomeOf(home), options));

    public SimCall Count(string home) => Wait(SimCall.Count(HomeOf(home)));

    /// <summary>What each home replica of a key holds for it, as soon as each has answered.</summary>
    public IReadOnlyList<Copy> CopiesOf(string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        SimNode[] homes = [.. Nodes.Where(node => node.IsHomeTo(bytes))];
        RawRead[] reads = [.. homes.Select(node => new RawRead(key, node.Name))];
        foreach ((SimNode node, RawRead read) in homes.Zip(reads)) node.AskReplica(bytes, read);
        RunUntil(() => reads.All(read => read.Copy is not null), $"the home replicas of {key} say what they hold");
        return [.. reads.Select(read => read.Copy!)];
    }

    /// <summary>Asks every node what it holds for a key, for itself and for others. Their answers come as the run goes on.</summary>
    internal IReadOnlyList<RawRead> WitnessesOf(string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        var reads = new List<RawRead>();
        foreach (SimNode node in Nodes)
        {
            if (node.IsHomeTo(bytes) || !node.IsUp) reads.Add(Ask(node, ofHints: false));
            reads.Add(Ask(node, ofHints: true));
        }

        return reads;

        RawRead Ask(SimNode node, bool ofHints)
        {
            var read = new RawRead(key, node.Name);
            node.AskReplica(bytes, read, ofHints);
            return read;
        }
    }

    /// <summary>Waits for a call that was begun earlier.</summary>
    public SimCall Wait(SimCall call)
    {
        RunUntil(() => call.IsEnded, $"{call} ends");
        return call;
    }

    /// <summary>What all said, for people.</summary>
    public string Logs()
    {
        var text = new StringBuilder();
        foreach (SimNode node in Nodes)
        {
            text.Append(node.Name).Append(node.IsUp ? " is up" : $" is down {node.FatalReason}").Append('\n');
            foreach (string line in node.Log) text.Append(node.Name).Append(": ").Append(line).Append('\n');
        }

        foreach (SimClient client in Clients)
        {
            foreach (string line in client.Log) text.Append(client.Name).Append(": ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private IEnumerable<Routing> DrawRoutings(int most)
    {
        Routing[] all = Enum.GetValues<Routing>();
        for (int left = most == 0 ? 0 : Random.Next(most + 1); left > 0; left--) yield return all[Random.Next(all.Length)];
    }

    private ISimHome HomeOf(string name) => Homes.First(home => home.Name == name);
}
