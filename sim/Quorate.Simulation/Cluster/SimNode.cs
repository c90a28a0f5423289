using System.Text;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Coordinator.Facade;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Versions;
using Quorate.Node;
using Quorate.Node.Storage.Reaping;
using Quorate.Simulation.World;
using Quorate.Transport.Gossip;
using Quorate.Transport.Peers;

namespace Quorate.Simulation.Cluster;

/// <summary>One machine: its disk and clock outlive the processes that run on it.</summary>
public sealed class SimNode : ISimHome
{
    /// <summary>Microseconds: what a server allows itself, and how often it looks.</summary>
    private const int LongestDrain = 4_000_000, DrainLook = 10_000;

    private readonly SimOptions _options;
    private readonly SimNetwork _network;
    private readonly Random _random;
    private readonly IReadOnlyList<string> _join;
    private readonly HashSet<SimCall> _calls = [];
    private SimLoop _loop;
    private QuorateNode? _node;
    private DatabaseFacade? _facade;
    private QuorateDatabase? _application;
    private Horizons? _horizons;
    private PeerNetwork? _peers;
    private bool _isFrozen;
    private bool _isLeaving;
    private bool _replaces;

    public SimNode(string name, IReadOnlyList<string> join, SimOptions options, Scheduler scheduler, SimNetwork network, Random random)
    {
        Name = name;
        _join = join;
        _options = options;
        _network = network;
        _random = random;
        Scheduler = scheduler;
        Clock = new SimClock(scheduler);
        Disk = new SimDisk(name, random, scheduler.Guard);
        _loop = new SimLoop(name, scheduler, Clock);
    }

    public string Name { get; }

    /// <summary>All nodes of its cluster.</summary>
    public IReadOnlyList<SimNode> All { get; internal set; } = [];

    public Scheduler Scheduler { get; }

    public SimClock Clock { get; }

    public SimDisk Disk { get; }

    public bool IsUp => _node is not null;

    /// <summary>Why the node stopped itself or refused to start, where it did.</summary>
    public string? FatalReason { get; private set; }

    /// <summary>How often somebody had to set its clock so that it starts.</summary>
    public int ClockCorrections { get; private set; }

    /// <summary>What the node said, one line an event.</summary>
    public List<string> Log { get; } = [];

    public bool IsReady => _node?.Topology is not null && _node.Status().Peers.All(peer => peer.Connected);

    /// <summary>It has read all of its log since its start, and nothing is missing from it.</summary>
    public bool IsWhole => _node?.Status() is { Unfit: 0, Space.UnreadSegments: 0, State: not ("filling" or "forming" or "stopping") };

    public Topology? Topology => _node?.Topology;

    /// <summary>What another node is for this one.</summary>
    public string StateOf(string other) => Status().Peers.Single(peer => peer.Name == other).State;

    public NodeStatus Status() => (_node ?? throw new InvalidOperationException($"{Name} is down.")).Status();

    /// <summary>What waits or is held in the node; nothing where it is down.</summary>
    public IReadOnlyList<Gauge> Gauges() => _node is null ? [] : [.. _node.Gauges(), .. _peers!.Gauges()];

    /// <summary>What whoever operates it wants of its anti-entropy; a node that is down takes no orders.</summary>
    public string? Repair(RepairOrder order)
    {
        string? refusal = null;
        if (_node is { } node) _loop.Turn(() => refusal = node.Repair(order));
        return refusal;
    }

    /// <summary>The same, when the node gets to it.</summary>
    internal void Order(RepairOrder order)
    {
        if (_node is { } node) _loop.Post(() => node.Repair(order));
    }

    public static string AddressOf(string name) => $"{name}:7401";

    /// <exception cref="NodeStartException">The node refuses to start.</exception>
    /// <exception cref="IOException">Its disk failed.</exception>
    public void Start()
    {
        if (IsUp) throw new InvalidOperationException($"{Name} is already up.");
        FatalReason = null;
        _loop = new SimLoop(Name, Scheduler, Clock);
        try
        {
            _loop.Turn(() => Run(_loop));
        }
        catch (Exception refusal) when (refusal is NodeStartException or IOException)
        {
            _loop.Kill();
            _node = null;
            FatalReason = refusal.Message;
            throw;
        }
    }

    /// <summary>
    /// Starts it, and where it refuses sees to its clock and tries again each second: as whoever operates it would.
    /// </summary>
    public void Revive()
    {
        if (IsUp) return;
        try
        {
            Start();
        }
        catch (Exception refusal) when (refusal is NodeStartException or IOException)
        {
            if (refusal is NodeStartException) CorrectClock();
            Scheduler.After(TimeSpan.FromSeconds(1), Revive);
        }
    }

    /// <summary>The process is killed: what it wrote to files stays, synced or not.</summary>
    public void Kill() => Die(silently: false);

    /// <summary>The machine loses power: of what was not synced, only some may be there, and its connections say nothing.</summary>
    public void LosePower()
    {
        Die(silently: true);
        Disk.LosePower();
    }

    /// <summary>
    /// The machine burns down, and another gets its name: with an empty disk it asks for the place from its next start on, as whoever
    /// operates it would tell it to.
    /// </summary>
    /// <param name="replaces">Whether it does.</param>
    public void LoseDisk(bool replaces = true)
    {
        if (IsUp) Die(silently: true);
        Disk.Wipe();
        _replaces = replaces;
    }

    /// <summary>
    /// The process is asked to stop, and does what a server does then: tells the others, takes no further requests, finishes what is
    /// under way, within a bound, and closes its disk.
    /// </summary>
    public void StopPolitely()
    {
        if (_node is not { } node || _isLeaving) return;
        _isLeaving = true;
        SimLoop loop = _loop;
        long deadline = Scheduler.Now + LongestDrain;
        loop.Turn(node.Leave);
        loop.After(DrainLook, Drain);

        void Drain()
        {
            if (!node.IsIdle && Scheduler.Now < deadline) loop.After(DrainLook, Drain);
            else Finish(node);
        }
    }

    private void Finish(QuorateNode node)
    {
        try
        {
            _facade!.Close();
            node.Stop();
        }
        catch (IOException failure)
        {
            FatalReason = failure.Message;
        }

        // The turn's end sends what is still to be sent.
        Scheduler.After(1, () =>
        {
            if (_node == node) Die(silently: false);
        });
    }

    /// <summary>The process is stopped, where it runs, and started again.</summary>
    public void Restart()
    {
        if (!IsUp) return;
        Kill();
        Revive();
    }

    /// <summary>The process stands still; its connections stay.</summary>
    public void Freeze()
    {
        if (!IsUp) return;
        _isFrozen = true;
        foreach (SimCall call in _calls) call.IsDisturbed = true;
        _loop.Freeze();
    }

    public void Thaw()
    {
        _isFrozen = false;
        _loop.Thaw();
    }

    SimNode ISimHome.Node => this;

    public void Ask(SimCall call, Action<IKeyValueStore> request) => AskWhole(call, request);

    /// <summary>Runs a client's request on the node's loop; on a node that is down it is lost at once.</summary>
    public void AskWhole(SimCall call, Action<IDatabase> request) => Take(call, node => request(node.Database));

    public void AskAsApplication(SimCall call, Action<QuorateDatabase> request) => Take(call, _ => request(_application!));

    private void Take(SimCall call, Action<QuorateNode> request)
    {
        if (_node is not { } node || _isLeaving)
        {
            call.Lose(isSent: false);
            return;
        }

        _calls.Add(call);
        call.IsDisturbed = _isFrozen;
        _loop.Post(() => request(node));
    }

    /// <summary>Whether this node is one of the N that keep a key.</summary>
    internal bool IsHomeTo(ReadOnlySpan<byte> key)
    {
        if (_node?.Topology is not { } topology) return false;
        int rank = topology.PreferenceListOf(Partition.Of(key)).RankOf(topology.IndexOf(_node.Hello.Member.Id));
        return rank >= 0 && rank < _options.Keyspaces[0].ReplicasAmong(topology.Members.Length);
    }

    /// <summary>Up to where tombstones are gone for good in a key's partition, here or, while it is down, when it went down.</summary>
    internal HybridTimestamp HorizonOf(string key) => _horizons?.Of(_options.Keyspaces[0].N, Partition.Of(Encoding.UTF8.GetBytes(key))) ?? default;

    /// <summary>Asks the node's own replica, as a peer would.</summary>
    /// <param name="ofHints">What it keeps for others, instead of what it holds as home replica.</param>
    internal void AskReplica(byte[] key, RawRead sink, bool ofHints = false)
    {
        if (_node is { Topology: { } topology } node)
            _loop.Post(() => node.Service.Get(new GetRequest(0, Epochs.Of(topology.Epoch), key, ofHints ? 0 : int.MaxValue, ofHints), default, sink));
        else
            sink.Lose();
    }

    /// <summary>Tells a client, when the turn sends what it has to send: not at all if the node dies in it.</summary>
    public void Reply(Action tell) => _loop.AfterTurn(tell);

    public void Forget(SimCall call) => _calls.Remove(call);

    private void Run(SimLoop loop)
    {
        var worker = new SimWorker(loop, Disk, Scheduler, _random);
        var reader = new SimWorker(loop, Disk, Scheduler, _random);
        _peers = new PeerNetwork(_network.For(Name, loop), loop, AddressOf(Name), _options.Limits, _random, _options.MaxInFlightBytes);
        var gossip = new GossipLink(_network.Datagrams.For(Name, loop), AddressOf(Name));
        var options = new NodeOptions(
            Name,
            Zone: "",
            Weight: 1,
            new Endpoints(AddressOf(Name), "", "", ""),
            _join,
            _options.Durability,
            _options.Keyspaces,
            _options.Limits,
            _options.SegmentBytes,
            _options.ValueMemoryBytes,
            _options.Hints,
            _options.TombstoneAge,
            _options.RepairBytesPerSecond,
            _replaces);
        _node = new QuorateNode(options, loop, Disk, worker, reader, _peers, gossip, _random, line => Log.Add($"{Scheduler.Now,10} {line}"), Stop);
        _facade = new DatabaseFacade(loop, _node.Database, _options.Limits.MaxRequests);
        _application = new QuorateDatabase(_facade, loop.Time);
        _horizons = _node.Horizons;
        _node.Start();
    }

    /// <summary>
    /// The clock is behind what the node has used. A wrong one is set right. Where the right time is behind, because the clock
    /// was once ahead, the node is started under the time it has used: while it runs its clock may go back.
    /// </summary>
    private void CorrectClock()
    {
        ClockCorrections++;
        if (!Clock.IsRight)
        {
            Clock.SetRight();
            return;
        }

        Clock.SetToLatestShown();
        Scheduler.After(TimeSpan.FromSeconds(3), Clock.SetRight);
    }

    private void Stop(string reason)
    {
        FatalReason = reason;
        Kill();
    }

    private void Die(bool silently)
    {
        _loop.Kill();
        _network.Crash(_loop, silently);
        _node = null;
        _isFrozen = _isLeaving = false;
        foreach (SimCall call in _calls.ToArray()) call.Lose(isSent: true);
        _calls.Clear();
    }
}
