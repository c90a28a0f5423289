using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Node;
using Quorate.Node.Storage;
using Quorate.Simulation.World;
using Quorate.Transport.Peers;

namespace Quorate.Simulation.Cluster;

/// <summary>One machine: its disk and clock outlive the processes that run on it.</summary>
public sealed class SimNode
{
    private readonly Scheduler _scheduler;
    private readonly SimNetwork _network;
    private readonly Random _random;
    private readonly IReadOnlyList<string> _join;
    private readonly Durability _durability;
    private readonly KeyspaceTable _keyspaces;
    private SimLoop _loop = null!;
    private QuorateNode? _node;

    public SimNode(
        string name, IReadOnlyList<string> join, Durability durability, KeyspaceTable keyspaces, Scheduler scheduler, SimNetwork network, Random random)
    {
        Name = name;
        _join = join;
        _durability = durability;
        _keyspaces = keyspaces;
        _scheduler = scheduler;
        _network = network;
        _random = random;
        Clock = new SimClock(scheduler);
        Disk = new SimDisk(random);
    }

    public string Name { get; }

    public SimClock Clock { get; }

    public SimDisk Disk { get; }

    public bool IsUp => _node is not null;

    /// <summary>Why the node stopped itself, where it did.</summary>
    public string? FatalReason { get; private set; }

    /// <summary>What the node said, one line an event.</summary>
    public List<string> Log { get; } = [];

    public bool IsReady => _node?.Topology is not null && _node.Status().Peers.All(peer => peer.Connected);

    public NodeStatus Status() => Running.Status();

    public static string AddressOf(string name) => $"{name}:7401";

    /// <exception cref="NodeStartException">The node refuses to start.</exception>
    public void Start()
    {
        if (IsUp) throw new InvalidOperationException($"{Name} is already up.");
        FatalReason = null;
        _loop = new SimLoop(_scheduler, Clock);
        SimLoop loop = _loop;
        var worker = new SimWorker(loop, _scheduler, _random);
        var peers = new PeerNetwork(_network.For(Name, loop), loop, AddressOf(Name), Limits.Default, _random);
        var options = new NodeOptions(
            Name, Zone: "", Weight: 1, new Endpoints(AddressOf(Name), "", "", ""), _join, _durability, _keyspaces, Limits.Default, SegmentBytes: 1 << 20);
        loop.Turn(() =>
        {
            _node = new QuorateNode(options, loop, Disk, worker, peers, _random, Log.Add, Stop);
            _node.Start();
        });
    }

    /// <summary>The process is killed: what it wrote to files stays, synced or not.</summary>
    public void Kill()
    {
        _loop.Kill();
        _network.Crash(_loop);
        _node = null;
    }

    /// <summary>The machine loses power: of what was not synced, only some may be there.</summary>
    public void LosePower()
    {
        Kill();
        Disk.LosePower();
    }

    public void Freeze() => _loop.Freeze();

    public void Thaw() => _loop.Thaw();

    /// <summary>Runs a client's request on the node's loop. Nothing happens on a node that is down.</summary>
    public void Ask(Action<IDatabase> request)
    {
        QuorateNode? node = _node;
        if (node is not null) _loop.Post(() => request(node.Database));
    }

    private QuorateNode Running => _node ?? throw new InvalidOperationException($"{Name} is down.");

    private void Stop(string reason)
    {
        FatalReason = reason;
        Kill();
    }
}
