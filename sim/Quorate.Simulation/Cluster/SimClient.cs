using Quorate.Client;
using Quorate.Client.Cluster;
using Quorate.Coordinator;
using Quorate.Coordinator.Facade;
using Quorate.Simulation.World;
using Quorate.Transport.Peers;

namespace Quorate.Simulation.Cluster;

/// <summary>A client on a host of its own. It meets what goes wrong with the nodes and their links.</summary>
public sealed class SimClient : ISimHome
{
    private readonly SimLoop _loop;
    private readonly ClusterLink _link;
    private QuorateDatabase? _database;

    public SimClient(string name, Routing routing, IReadOnlyList<SimNode> nodes, SimOptions options, Scheduler scheduler, SimNetwork network, Random random)
    {
        Name = name;
        Scheduler = scheduler;
        All = nodes;
        _loop = new SimLoop(name, scheduler, new SimClock(scheduler));
        var peers = new PeerNetwork(network.For(name, _loop), _loop, null, options.Limits, random, options.MaxInFlightBytes);
        string[] seeds = [.. nodes.Select(node => SimNode.AddressOf(node.Name))];
        _link = new ClusterLink(_loop, peers, seeds, routing, options.Limits, OnStarted, line => Log.Add($"{Scheduler.Now,10} {line}"));
        Routing = routing;

        void OnStarted(ClusterLink link) => _database = new QuorateDatabase(new DatabaseFacade(_loop, link.Store, options.Limits.MaxRequests), _loop.Time);
    }

    public string Name { get; }

    public Scheduler Scheduler { get; }

    public IReadOnlyList<SimNode> All { get; }

    public Routing Routing { get; }

    public SimNode Node => All.FirstOrDefault(node => node.IsUp) ?? All[0];

    /// <summary>It takes requests.</summary>
    public bool IsStarted => _database is not null;

    /// <summary>No node is out of its reach.</summary>
    public bool IsConnectedToAll => _link.IsConnectedToAll;

    /// <summary>The epoch that it writes under.</summary>
    public uint Epoch => _link.Topology?.Epoch ?? 0;

    /// <summary>What it said, one line an event.</summary>
    public List<string> Log { get; } = [];

    public void Start() => _loop.Turn(_link.Start);

    public void Ask(SimCall call, Action<IKeyValueStore> request)
    {
        if (IsStarted) _loop.Post(() => request(_link.Store));
        else call.Lose(isSent: false);
    }

    public void AskAsApplication(SimCall call, Action<QuorateDatabase> request)
    {
        if (_database is { } database) _loop.Post(() => request(database));
        else call.Lose(isSent: false);
    }

    public void Reply(Action tell) => _loop.AfterTurn(tell);

    public void Forget(SimCall call)
    {
    }
}
