using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Versions;
using Quorate.Node.Membership;
using Quorate.Node.Replication;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node;

/// <summary>
/// One node: a coordinator and a replica on one loop, and the background work between them. Sees no socket and no real
/// clock, so that the simulator runs it as it ships.
/// </summary>
public sealed class QuorateNode : IPeerHost, INodeAdmin
{
    private readonly NodeOptions _options;
    private readonly ILoop _loop;
    private readonly IPeerNetwork _network;
    private readonly Action<string> _log;
    private readonly NodeIdentity _identity;
    private readonly HybridClock _clock;
    private readonly ClockMark? _mark;
    private readonly LogStore _store;
    private readonly QuorumCoordinator _coordinator;
    private readonly ReplicaService _replica;
    private readonly StaticMembership _membership;
    private readonly PeerBook _peers;
    private readonly long _started;

    /// <summary>Reads the disk; nothing is served and nobody is called before <see cref="Start"/>.</summary>
    /// <param name="worker">Writes and syncs.</param>
    /// <param name="reader">Reads values that are not in memory.</param>
    /// <param name="random">Draws the node's id when its disk is empty.</param>
    /// <param name="log">One line an event.</param>
    /// <param name="onFatal">The node cannot go on, for example after a failed fsync: stop the process with this reason.</param>
    /// <exception cref="NodeStartException">It must not start; the message says what to do.</exception>
    public QuorateNode(
        NodeOptions options, ILoop loop, IDisk disk, IWorker worker, IWorker reader, IPeerNetwork network, Random random, Action<string> log, Action<string> onFatal)
    {
        _options = options;
        _loop = loop;
        _network = network;
        _log = log;
        _started = loop.Now;
        bool onDisk = options.Durability != Durability.Memory;

        _identity = onDisk
            ? NodeIdentity.TakeNextStart(DurableCell.Open(disk, "identity", capacity: 1024), options.Name, random)
            : NodeIdentity.Draw(options.Name, random);
        _mark = onDisk ? new ClockMark(DurableCell.Open(disk, "clock", capacity: sizeof(long)), loop, worker, onFatal) : null;
        _clock = new HybridClock(_identity.Writer, _mark?.Load() ?? 0);
        var store = new StoreOptions(_identity.Id.Value, options.Durability, options.SegmentBytes, ValueMemoryBytes: options.ValueMemoryBytes);
        _store = LogStore.Open(store, disk, loop, worker, reader, onFatal);
        _store.Damaged += log;

        var self = new Member(_identity.Id, options.Name, options.Zone, options.Weight, options.Endpoints);
        string[] others = [.. options.Join.Where(address => address != options.Endpoints.Peer).Distinct()];
        _membership = new StaticMembership(self, others, onDisk ? DurableCell.Open(disk, "topology", StaticMembership.MaxSavedBytes) : null);
        _peers = new PeerBook(others);
        _coordinator = new QuorumCoordinator(loop, _clock, options.Keyspaces, options.Limits, ClockAgrees);
        _replica = new ReplicaService(_store, loop, _clock, options, _coordinator);
        Database = new FaultBarrier(_coordinator, loop);
        Hello = HelloNow();
    }

    public IDatabase Database { get; }

    public Topology? Topology => _membership.Topology;

    public Hello Hello { get; private set; }

    public IReplicaService Service => _replica;

    public IReplySink Replies => _coordinator;

    public void Start()
    {
        if (_mark is null)
        {
            _clock.RaiseMark(long.MaxValue);
        }
        else
        {
            _coordinator.MarkWanted += _mark.SaveIfNeeded;
            _mark.Keep(_clock, _coordinator.OnMarkRaised);
        }

        if (_membership.TryRestore() || _membership.TryForm()) Serve();
        _network.Open(this, [.. _peers.Addresses]);
    }

    public void Stop()
    {
        _mark?.Stop();
        _network.Close();
        _store.Close();
    }

    public string? Refuse(Hello theirs) => _membership.Refuse(theirs, Hello.Keyspaces);

    public void OnUp(IPeer peer)
    {
        _peers.Up(peer);
        _log($"connected to '{peer.Hello.Member.Name}' at {peer.Address}");
        bool formed = _membership.Hear(peer.Address, peer.Hello.Member);
        if (formed)
        {
            // Both ends shake hands anew, so that each learns the other's cluster id before it is asked anything.
            Serve();
            _network.Renew();
        }
        else if (Topology is not null)
        {
            _coordinator.Connect(Topology.IndexOf(peer.Hello.Member.Id), peer);
        }
    }

    public void OnDown(IPeer peer, string reason)
    {
        _log($"lost '{peer.Hello.Member.Name}' at {peer.Address}: {reason}");
        bool wasCurrent = _peers.Down(peer, reason);
        if (wasCurrent && Topology is not null) _coordinator.Disconnect(Topology.IndexOf(peer.Hello.Member.Id));
    }

    public void OnRefused(string address, string reason)
    {
        if (_peers.Refused(address, reason)) _log($"no connection to {address}: {reason}");
    }

    public NodeStatus Status()
    {
        CoordinatorCounters counters = _coordinator.Counters;
        return new NodeStatus(
            $"{_identity.Id}",
            _options.Name,
            _options.Zone,
            Topology is null ? "forming" : "ready",
            Topology is null ? "" : $"{Topology.ClusterId}",
            Topology?.Epoch ?? 0,
            _identity.Start,
            _options.Durability.ToString().ToLowerInvariant(),
            _store.Entries,
            _store.Bytes,
            0,
            _store.UnfitPartitions,
            _store.Space,
            new CoordinatedCounts(counters.Reads, counters.Writes, counters.Repairs, counters.Restamps, counters.Failures),
            (_loop.Now - _started) / 1000,
            _peers.Status());
    }

    private void Serve()
    {
        Topology topology = Topology!;
        int self = _membership.SelfIndex;
        Hello = HelloNow();
        _coordinator.Adopt(topology, self);
        _replica.Adopt(topology, self);
        _coordinator.Connect(self, new LocalReplica(_replica, _coordinator));
        _log($"serving as '{_options.Name}' in cluster {topology.ClusterId} of {topology.Members.Length}, epoch {topology.Epoch}");
    }

    private bool ClockAgrees()
    {
        Span<long> offsets = stackalloc long[Math.Min(_peers.Count, Topology.MaxMembers)];
        int heard = _peers.ClockOffsets(offsets);
        return Drift.Admits(offsets[..heard], HybridClock.DefaultDriftLimit);
    }

    private Hello HelloNow() => new(
        Hello.Protocol,
        Hello.Protocol,
        PeerRole.Node,
        Lane.Data,
        Topology?.ClusterId.Value ?? 0,
        Topology?.Epoch ?? 0,
        new Member(_identity.Id, _options.Name, _options.Zone, _options.Weight, _options.Endpoints),
        _identity.Start,
        _options.Keyspaces.Describe());
}
