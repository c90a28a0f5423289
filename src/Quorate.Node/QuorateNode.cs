using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Versions;
using Quorate.Node.Handoff;
using Quorate.Node.Membership;
using Quorate.Node.Repair;
using Quorate.Node.Replication;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Node;

/// <summary>
/// One node: a coordinator and a replica on one loop, and the background work between them. Sees no socket and no real
/// clock, so that the simulator runs it as it ships.
/// </summary>
public sealed class QuorateNode : INodeHost, INodeAdmin
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
    private readonly KeyspaceNumbers _numbers;
    private readonly HintStore _hints;
    private readonly HintedHandoff _handoff;
    private readonly AntiEntropy _antiEntropy;
    private readonly Horizons _horizons;
    private readonly Reaper _reaper;
    private readonly ExpiredValues _expired;
    private readonly StaticMembership _membership;
    private readonly PeerBook _peers;
    private readonly FailureDetector _detector;
    private readonly Filling _filling;
    private readonly Replacing _replacing;
    private readonly Readiness _readiness;
    private readonly Random _random;
    private readonly long _started;

    /// <summary>Reads the disk, and takes the next start number there; nothing is served and nobody is called before <see cref="Start"/>. Blocks.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="loop">What it runs on, and where it is called once started; only <see cref="IsReady"/> may be asked elsewhere.</param>
    /// <param name="disk">Its data directory; not touched under <see cref="Durability.Memory"/>.</param>
    /// <param name="worker">Writes and syncs.</param>
    /// <param name="reader">Reads values that are not in memory.</param>
    /// <param name="network">The connections to the other nodes, opened by <see cref="Start"/>.</param>
    /// <param name="gossip">Carries failure detection.</param>
    /// <param name="random">Draws the node's id when its disk is empty, the ids leased to clients, and whom to probe.</param>
    /// <param name="log">One line an event.</param>
    /// <param name="onFatal">The node cannot go on, for example after a failed fsync: stop the process with this reason.</param>
    /// <exception cref="NodeStartException">It must not start; the message says what to do.</exception>
    /// <exception cref="IOException">The disk failed, or what is there cannot be used; of it <see cref="StoreDamagedException"/>.</exception>
    public QuorateNode(
        NodeOptions options, ILoop loop, IDisk disk, IWorker worker, IWorker reader, IPeerNetwork network, IGossipLink gossip, Random random, Action<string> log, Action<string> onFatal)
    {
        _options = options;
        _loop = loop;
        _network = network;
        _log = log;
        _random = random;
        _started = loop.Now;
        bool onDisk = options.Durability != Durability.Memory;

        _identity = onDisk
            ? NodeIdentity.TakeNextStart(DurableCell.Open(disk, "identity", capacity: 1024), options.Name, random)
            : NodeIdentity.Draw(options.Name, random);
        _mark = onDisk ? new ClockMark(DurableCell.Open(disk, "clock", capacity: sizeof(long)), loop, worker, onFatal) : null;
        _clock = new HybridClock(_identity.Writer, _mark?.Load() ?? 0);
        _numbers = new KeyspaceNumbers(onDisk ? DurableCell.Open(disk, "keyspaces", KeyspaceNumbers.MaxSavedBytes) : null);
        ushort[] numbers = _numbers.Of(options.Keyspaces.All.Select(keyspace => keyspace.Name));
        var trees = new HashTrees(options.Keyspaces, numbers, () => loop.Now);
        TimeSpan tombstoneAge = options.TombstoneAge ?? NodeOptions.DefaultTombstoneAge;
        _horizons = new Horizons(options.Keyspaces, numbers, onDisk ? DurableCell.Open(disk, "horizons", Horizons.MaxSavedBytes) : null);
        var store = new StoreOptions(_identity.Id.Value, options.Durability, options.SegmentBytes, ValueMemoryBytes: options.ValueMemoryBytes);
        _store = LogStore.Open(store, trees, _horizons, disk, loop, worker, reader, onFatal);
        _store.Damaged += log;
        _store.FoundDiskFull += log;

        Member self = Self;
        int size = new MemberUpdate(self, default, MemberState.Alive, self.Id).Size;
        if (size > MemberUpdate.MaxSize)
            throw new NodeStartException($"This node's name, zone and addresses take {size} bytes where nodes tell each other of it, {MemberUpdate.MaxSize} at most: give shorter ones.");
        string[] others = [.. options.Join.Where(address => address != options.Endpoints.Peer).Distinct()];
        _membership = new StaticMembership(self, others, onDisk ? DurableCell.Open(disk, "topology", StaticMembership.MaxSavedBytes) : null, options.Replace);
        _filling = new Filling(onDisk ? disk : null, options.Replace);
        _replacing = new Replacing(self, _membership, _filling, _store, loop, worker, OnReplaced, log, onFatal);
        _replacing.Resume();
        _peers = new PeerBook(others);
        _detector = new FailureDetector(gossip, loop, random, log);
        _detector.Moved += OnMoved;
        _detector.StateChanged += OnState;
        _readiness = new Readiness(loop, Unheard, log);
        _coordinator = new QuorumCoordinator(loop, _clock, options.Keyspaces, options.Limits, ClockAgrees);
        _hints = new HintStore(options.Hints ?? new HintLimits());
        _handoff = new HintedHandoff(_hints, numbers, _coordinator, loop, log);
        _replica = new ReplicaService(_store, _hints, _horizons, numbers, loop, _clock, options, _coordinator);
        var treeServer = new TreeServer(trees, _store, options.Keyspaces, numbers, (n, shared) => _reaper!.Answer(n, shared), TellClears);
        _reaper = new Reaper(
            _horizons, _store, _hints, treeServer, options.Keyspaces, numbers, tombstoneAge, Doubt, worker, loop, onFatal);
        _expired = new ExpiredValues(_store, ClockAgrees, loop);
        var control = new RepairControl(options.RepairBytesPerSecond, loop);
        _antiEntropy = new AntiEntropy(
            treeServer, _reaper, _horizons, _store, options.Keyspaces, numbers, _coordinator, _replica, control, () => _filling.IsUnderWay, _replacing.OnWhole, loop, random, log);
        Database = new FaultBarrier(_coordinator, loop, _replica);
        Hello = HelloNow();
    }

    /// <inheritdoc/>
    public IDatabase Database { get; }

    /// <summary>What of deleted and expired keys is gone for good.</summary>
    public Horizons Horizons => _horizons;

    /// <inheritdoc/>
    public Topology? Topology => _membership.Topology;

    /// <inheritdoc/>
    public Hello Hello { get; private set; }

    /// <inheritdoc cref="Readiness"/>
    public bool IsReady => _readiness.IsReady;

    /// <summary>Nothing that it was asked is unanswered.</summary>
    public bool IsIdle => _coordinator.IsIdle && _replica.IsIdle;

    /// <inheritdoc/>
    public IReplicaService Service => _replica;

    /// <inheritdoc/>
    public IReplySink Replies => _coordinator;

    /// <inheritdoc/>
    public WalkReply Answer(WalkRequest request) => _antiEntropy.Answer(request);

    /// <inheritdoc/>
    public void OnWalked(OperationId operation, WalkReply reply) => _antiEntropy.OnWalked(operation, reply);

    /// <summary>A node coordinates its requests itself.</summary>
    public void OnAsked(IPeer peer, OperationId operation, in AskReply reply)
    {
    }

    /// <inheritdoc/>
    public string? Repair(RepairOrder order) => _antiEntropy.Obey(order);

    /// <summary>Takes up the epoch of an earlier start, or makes the first where there is nobody to join; then calls the others. Blocks.</summary>
    /// <exception cref="NodeStartException">What it was told does not fit the cluster that its disk knows; the message says what to do.</exception>
    /// <exception cref="IOException">An address to listen on cannot be bound, or the disk failed.</exception>
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

        _detector.Open();
        if (_membership.TryRestore() || _membership.TryForm()) Serve();
        else if (_options is { Replace: true, Join.Count: 0 }) throw new NodeStartException("--replace takes a place in a cluster: give the address of one of its nodes with --join.");
        Hello = HelloNow();
        _network.Open(this, [.. _peers.Addresses]);
        CallPeers();
    }

    /// <summary>
    /// The first half of a stop: the others are told, so that they go on without waiting for it, and what is under way goes on
    /// until <see cref="IsIdle"/>.
    /// </summary>
    public void Leave()
    {
        _readiness.Leave();
        _replacing.Leave();
        _detector.Leave();
        _handoff.Stop();
        _antiEntropy.Stop();
        _expired.Stop();
        _coordinator.Leave();
    }

    /// <summary>The second half, and the first where it was left out: what is not answered now never is. Writes and syncs what is pending, and blocks until that is done.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Stop()
    {
        if (!_readiness.IsLeaving) Leave();
        _mark?.Stop();
        _detector.Stop();
        _network.Close();
        _store.Close();
    }

    /// <inheritdoc/>
    public Hello Welcome(Hello theirs) =>
        theirs.Role == PeerRole.Client && theirs.Member.Id == default ? Hello with { Lease = NodeIdentity.DrawId(_random) } : Hello;

    /// <inheritdoc/>
    public string? Refuse(Hello theirs)
    {
        if (theirs.Role == PeerRole.Client) return _membership.RefuseClient(theirs);
        string? refusal = _membership.Refuse(theirs, Hello.Keyspaces, IsGone);
        if (_membership.NewerBy(theirs, IsGone) is { } newer) _replacing.TakeOver(newer);
        return refusal;
    }

    /// <inheritdoc/>
    public void OnUp(IPeer peer)
    {
        _peers.Up(peer);
        Member member = peer.Hello.Member;
        _log($"connected to '{member.Name}' at {peer.Address}");
        bool formed = _membership.WantsToReplace ? _replacing.TryTakePlace(peer.Address, peer.Hello) : _membership.Hear(peer.Address, peer.Hello);
        if (formed)
        {
            // Both ends shake hands anew, so that each learns the other's cluster id before it is asked anything.
            Serve();
            CallPeers();
            _network.Renew();
        }
        else if (Topology is not null)
        {
            OnMoved(member);
            _detector.Hear(member, peer.Hello.Start);
            if (member.Endpoints.Peer == peer.Address) Connect(Topology.IndexOf(member.Id), peer);
            CallPeers();
        }
    }

    /// <inheritdoc/>
    public void OnDown(IPeer peer, string reason)
    {
        _log($"lost '{peer.Hello.Member.Name}' at {peer.Address}: {reason}");
        bool wasCurrent = _peers.Down(peer, reason);
        if (Topology is null) return;
        if (wasCurrent && Topology.IndexOf(peer.Hello.Member.Id) is >= 0 and var member) Disconnect(member);
        CallPeers();
    }

    /// <inheritdoc/>
    public void OnRefused(string address, string reason)
    {
        if (_peers.Refused(address, reason)) _log($"no connection to {address}: {reason}");
    }

    /// <inheritdoc/>
    public NodeStatus Status()
    {
        CoordinatorCounters counters = _coordinator.Counters;
        return new NodeStatus(
            $"{_identity.Id}",
            _options.Name,
            _options.Zone,
            StateNow,
            Topology is null ? "" : $"{Topology.ClusterId}",
            Topology?.Epoch ?? 0,
            _identity.Start,
            _options.Durability.ToString().ToLowerInvariant(),
            _store.Entries - _hints.Count,
            _store.Bytes - _hints.Bytes,
            _hints.Count,
            _hints.Dropped,
            _store.UnfitPartitions,
            _store.Space,
            new CoordinatedCounts(counters.Reads, counters.Writes, counters.Repairs, counters.Restamps, counters.Failures),
            (_loop.Now - _started) / 1000,
            _peers.Status(Describe),
            _detector.Status,
            _antiEntropy.Status,
            new TombstoneStatus(_store.Tombstones, _reaper.GoneUpTo, _reaper.HeldBackBy, _horizons.Refused),
            _antiEntropy.Mended);
    }

    /// <summary>What waits or is held in this node, each with its limit.</summary>
    public IReadOnlyList<Gauge> Gauges() => [.. _coordinator.Gauges(), .. _replica.Gauges(), .. _store.Gauges(), new Gauge("hints", _hints.Count, long.MaxValue)];

    private string StateNow => _readiness.IsLeaving ? "stopping" : Topology is null ? "forming" : _filling.IsUnderWay ? "filling" : IsReady ? "ready" : "starting";

    private Member Self => new(_identity.Id, _options.Name, _options.Zone, _options.Weight, _options.Endpoints);

    private void Connect(int member, IPeer peer)
    {
        _coordinator.Connect(member, peer);
        _replica.TellClears(peer);
        _antiEntropy.OnUp(member, peer);
        NoteLiveness(member);
    }

    /// <summary>Something is known to be missing from a partition, although nothing on the disk is damaged.</summary>
    private void Doubt(int partition, string reason)
    {
        if (!_store.IsFit(partition)) return;
        _store.Lose(partition);
        _log(reason);
    }

    private void TellClears(NodeId other)
    {
        if (_coordinator.PeerAt(Topology!.IndexOf(other)) is { } peer) _replica.TellClears(peer);
    }

    private void Disconnect(int member)
    {
        _coordinator.Disconnect(member);
        _antiEntropy.OnDown(member);
        NoteLiveness(member);
    }

    /// <summary>A suspicion changes routing, never placement.</summary>
    private void OnState(int member, MemberState state)
    {
        _coordinator.Suspect(member, state != MemberState.Alive);
        NoteLiveness(member);
    }

    private void NoteLiveness(int member)
    {
        _handoff.OnLiveness(member, _coordinator.IsReachable(member) && _detector[member].State == MemberState.Alive);
        _readiness.Reconsider();
    }

    /// <summary>Who is taken for alive and is not connected: of them nothing is known yet.</summary>
    private string[] Unheard() =>
    [
        .. Topology!.Members.Where((_, index) => index != _membership.SelfIndex && !_coordinator.IsReachable(index) && _detector[index].State == MemberState.Alive)
            .Select(member => member.Name),
    ];

    private void Serve()
    {
        Topology topology = Topology!;
        int self = _membership.SelfIndex;
        Hello = HelloNow();
        _coordinator.Adopt(topology, self);
        Member[] others = [.. topology.Members.Where(member => member.Id != _identity.Id)];
        _hints.Adopt(_store, others, _numbers.Of(HintStore.KeyspacesFor(others)));
        _replica.Adopt(topology, self);
        _handoff.Adopt(topology, self);
        _antiEntropy.Adopt(topology, self, _identity.Start);
        _expired.Start();
        _coordinator.Connect(self, new LocalReplica(_replica, _coordinator));
        _detector.Start(topology, Self, _identity.Start);
        _log($"serving as '{_options.Name}' in cluster {topology.ClusterId} of {topology.Members.Length}, epoch {topology.Epoch}");
        _readiness.Await();
        NoteLiveness(self);
    }

    /// <summary>Nobody who may still hold data, or serve, is replaced.</summary>
    private bool IsGone(int member) => !_coordinator.IsReachable(member) && _detector[member].State is MemberState.Dead or MemberState.Left;

    /// <summary>Everything is connected anew, so that all others hear of it.</summary>
    private void OnReplaced()
    {
        Serve();
        CallPeers();
        _network.Renew();
    }

    /// <summary>By gossip or by its own word: from now on it is called there, after a restart too.</summary>
    private void OnMoved(Member member)
    {
        if (!_membership.Move(member)) return;
        _log($"'{member.Name}' is at {member.Endpoints.Peer}");
        if (_options.Durability != Durability.Memory) _replacing.SaveMove();
        CallPeers();
    }

    private void CallPeers()
    {
        if (Topology is not { } topology) return;
        _peers.Call([.. topology.Members.Where(member => member.Id != _identity.Id)]);
        _network.Call([.. _peers.Addresses]);
    }

    private PeerStatus Describe(NodeId id, PeerStatus peer)
    {
        if (Topology?.IndexOf(id) is not { } index || index < 0) return peer;
        (MemberState state, long since) = _detector[index];
        return peer with { State = state.ToString().ToLowerInvariant(), Since = since, Hints = _handoff.CountsFor(index), Repair = _antiEntropy.CountsFor(index) };
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
        Self,
        _identity.Start,
        _options.Keyspaces.Describe())
    {
        Members = Topology?.Members ?? [],
        WantsToReplace = _membership.WantsToReplace,
    };
}
