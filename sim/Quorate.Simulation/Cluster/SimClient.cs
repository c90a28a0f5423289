using Quorate.Client.Direct;
using Quorate.Coordinator;
using Quorate.Simulation.World;
using Quorate.Transport.Peers;

namespace Quorate.Simulation.Cluster;

/// <summary>A client that coordinates its requests itself, on a host of its own. It meets what goes wrong with the nodes and their links.</summary>
public sealed class SimClient : ISimHome
{
    private readonly SimLoop _loop;
    private readonly DirectCoordinator _coordinator;

    public SimClient(string name, IReadOnlyList<SimNode> nodes, SimOptions options, Scheduler scheduler, SimNetwork network, Random random)
    {
        Name = name;
        Scheduler = scheduler;
        All = nodes;
        _loop = new SimLoop(name, scheduler, new SimClock(scheduler));
        var peers = new PeerNetwork(network.For(name, _loop), _loop, null, options.Limits, random, options.MaxInFlightBytes);
        string[] seeds = [.. nodes.Select(node => SimNode.AddressOf(node.Name))];
        _coordinator = new DirectCoordinator(_loop, peers, seeds, options.Limits, _ => IsStarted = true, line => Log.Add($"{Scheduler.Now,10} {line}"));
    }

    public string Name { get; }

    public Scheduler Scheduler { get; }

    public IReadOnlyList<SimNode> All { get; }

    /// <summary>It takes requests.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The epoch that it writes under.</summary>
    public uint Epoch => _coordinator.Topology?.Epoch ?? 0;

    /// <summary>What it said, one line an event.</summary>
    public List<string> Log { get; } = [];

    public void Start() => _loop.Turn(_coordinator.Start);

    public void Ask(SimCall call, Action<IDatabase> request)
    {
        if (IsStarted) _loop.Post(() => request(_coordinator.Database));
        else call.Lose(isSent: false);
    }

    public void Reply(Action tell) => _loop.AfterTurn(tell);

    public void Forget(SimCall call)
    {
    }
}
