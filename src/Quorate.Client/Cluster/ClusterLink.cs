using Quorate.Client.Direct;
using Quorate.Client.Nodes;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Client.Cluster;

/// <summary>
/// Keeps a client connected to the cluster: learns members, keyspaces and its writer id from the first node that welcomes it, and later
/// members from any. Requests go the way of its <see cref="Routing"/>. Loop-side; sees no socket.
/// </summary>
/// <param name="loop">What it runs on.</param>
/// <param name="network">Where it reaches nodes; opened by <see cref="Start"/>.</param>
/// <param name="seeds">Peer addresses of some nodes, <c>host:port</c>.</param>
/// <param name="routing">Who coordinates.</param>
/// <param name="limits">Of keys, values and what is in flight.</param>
/// <param name="started">Called once, when requests can be taken.</param>
/// <param name="log">Takes a line an event.</param>
public sealed class ClusterLink(
    ILoop loop, IPeerNetwork network, IReadOnlyList<string> seeds, Routing routing, Limits limits, Action<ClusterLink> started, Action<string> log) : IPeerHost
{
    /// <summary>A client's id is leased to one process, which needs no second start.</summary>
    private const uint OnlyStart = 1;

    /// <summary>A node that neither refuses nor answers, for example because it is frozen, must not keep a client from the others.</summary>
    private const int PatienceMilliseconds = 1_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<string, IPeer> _peers = [];
    private readonly Dictionary<string, string> _problems = [];
    private IRouting? _routing;
    private Topology? _topology;
    private NodeId _lease;
    private string _keyspaces = "";
    private ITimer? _look;
    private long _welcomed;

    /// <summary>What requests are made of.</summary>
    /// <exception cref="InvalidOperationException">No node has welcomed this client yet.</exception>
    public IKeyValueStore Store => Routed.Store;

    /// <summary>The members as last heard; null before the first welcome.</summary>
    public Topology? Topology => _topology;

    /// <summary>Nothing that it was asked is unanswered, and nobody is owed a hint.</summary>
    public bool IsIdle => _routing is null || _routing.IsIdle;

    /// <summary>No member is out of its reach.</summary>
    public bool IsConnectedToAll => _topology is { } topology && topology.Members.All(IsConnected);

    /// <summary>Why there is no connection, an address a line.</summary>
    public IEnumerable<string> Problems => _problems.Select(problem => $"{problem.Key}: {problem.Value}");

    /// <inheritdoc/>
    public Hello Hello => new(
        Hello.Protocol,
        Hello.Protocol,
        PeerRole.Client,
        Lane.Data,
        _topology?.ClusterId.Value ?? 0,
        _topology?.Epoch ?? 0,
        new Member(_lease, "client", "", 1, new Endpoints("", "", "", "")),
        OnlyStart,
        _keyspaces);

    /// <inheritdoc/>
    public IReplySink Replies => Routed.Replies;

    private IRouting Routed => _routing ?? throw new InvalidOperationException("No node has welcomed this client yet.");

    /// <summary>Calls the nodes.</summary>
    public void Start()
    {
        network.OpenAsClient(this, seeds);
        _look = loop.Time.CreateTimer(_ => LookWhetherStarted(), null, LookEvery, LookEvery);
    }

    /// <summary>Requests that are answered end now, and what they owe to silent replicas becomes hints.</summary>
    public void Leave() => _routing?.Leave();

    /// <summary>Closes every connection.</summary>
    public void Stop()
    {
        _look?.Dispose();
        network.Close();
    }

    /// <inheritdoc/>
    public string? Refuse(Hello theirs)
    {
        if (theirs.Role != PeerRole.Node) return "a client was reached, not a node";
        if (theirs.Members.IsEmpty) return $"'{theirs.Member.Name}' is in no cluster yet";
        if (theirs.Fault is { } fault) return fault;
        if (_topology is null) return RefuseFirst(theirs);
        if (theirs.ClusterId != _topology.ClusterId.Value)
            return $"'{theirs.Member.Name}' belongs to cluster {new ClusterId(theirs.ClusterId)}, and this client writes to {_topology.ClusterId}";
        if (theirs.Keyspaces != _keyspaces) return $"'{theirs.Member.Name}' has other keyspaces than the nodes this client met first";
        Topology newest = Replacement.Join(_topology, theirs.Members) ?? _topology;
        return newest.IndexOf(theirs.Member.Id) < 0 ? $"'{theirs.Member.Name}' was replaced: node {theirs.Member.Id} is no member any more" : null;
    }

    /// <inheritdoc/>
    public void OnUp(IPeer peer)
    {
        _problems.Remove(peer.Address);
        _peers[peer.Address] = peer;
        if (_routing is null) Begin(peer.Hello);
        else if (Replacement.Join(_topology!, peer.Hello.Members) is { } newer) Adopt(newer);
        Connect(peer);
        Follow(peer.Hello);
        CallMembers();
    }

    /// <inheritdoc/>
    public void OnDown(IPeer peer, string reason)
    {
        if (_peers.GetValueOrDefault(peer.Address) != peer) return;
        _peers.Remove(peer.Address);
        _problems[peer.Address] = reason;
        log($"lost '{peer.Hello.Member.Name}' at {peer.Address}: {reason}");
        if (MemberBehind(peer) is { } member) Routed.Disconnect(member);
        CallMembers();
    }

    /// <inheritdoc/>
    public void OnRefused(string address, string reason) => _problems[address] = reason;

    /// <inheritdoc/>
    public void OnAsked(IPeer peer, OperationId operation, in AskReply reply) => Routed.OnAsked(peer, operation, reply);

    /// <summary>A client asks for no walks.</summary>
    public void OnWalked(OperationId operation, WalkReply reply)
    {
    }

    private static string? RefuseFirst(Hello theirs)
    {
        if (theirs.Lease == default) return $"'{theirs.Member.Name}' leases no writer id";
        return KeyspaceTable.TryParse(theirs.Keyspaces, out _) ? null : $"'{theirs.Member.Name}' describes its keyspaces in words unknown to this client";
    }

    private void Begin(Hello welcome)
    {
        _lease = welcome.Lease;
        _keyspaces = welcome.Keyspaces;
        _welcomed = loop.Now;
        if (!KeyspaceTable.TryParse(_keyspaces, out KeyspaceTable? keyspaces)) throw new InvalidOperationException("Such a welcome is refused.");
        var clock = new HybridClock(new WriterId(_lease, OnlyStart), 0);
        // No later start will mint under this id, so there is nothing to be remembered on a disk.
        clock.RaiseMark(long.MaxValue);
        _routing = routing == Routing.Direct
            ? new DirectRouting(loop, clock, keyspaces, limits, ClockAgrees)
            : new NodeRouting(loop, clock, keyspaces, limits, viaHomes: routing == Routing.TokenAware, welcome.Member.Id, ClusterTime);
        Adopt(new Topology(welcome.Epoch, welcome.Members));
    }

    private void Adopt(Topology topology)
    {
        _topology = topology;
        Routed.Adopt(topology);
        log($"writes as {_lease} to cluster {topology.ClusterId} of {topology.Members.Length}, epoch {topology.Epoch}");
        foreach (IPeer peer in _peers.Values) Connect(peer);
    }

    private void Connect(IPeer peer)
    {
        if (MemberBehind(peer) is { } member) Routed.Connect(member, peer);
    }

    /// <summary>Null where the address is another than the node's own, which is called besides, or the node is no member.</summary>
    private int? MemberBehind(IPeer peer)
    {
        Member told = peer.Hello.Member;
        return told.Endpoints.Peer == peer.Address && _topology!.IndexOf(told.Id) is >= 0 and var index ? index : null;
    }

    /// <summary>Where members are now: by their own word, and of those that are not connected by others' word.</summary>
    private void Follow(Hello hello)
    {
        foreach (Member told in hello.Members.Add(hello.Member))
        {
            int index = _topology!.IndexOf(told.Id);
            bool isBelieved = index >= 0 && (told.Id == hello.Member.Id || !IsConnected(_topology.Members[index]));
            if (isBelieved && _topology.Members[index].Endpoints != told.Endpoints) _topology = _topology.WithEndpoints(index, told.Endpoints);
        }
    }

    private void CallMembers()
    {
        if (_topology is null) return;
        IEnumerable<string> addresses = _topology.Members.Select(member => member.Endpoints.Peer);
        string[] called = [.. _peers.Count == 0 ? addresses.Union(seeds) : addresses];
        foreach (string address in _problems.Keys.Except(called).ToArray()) _problems.Remove(address);
        network.Call(called);
    }

    private bool ClockAgrees() => Drift.Admits(ClockOffsets(stackalloc long[Math.Min(_peers.Count, Topology.MaxMembers)]), HybridClock.DefaultDriftLimit);

    private long ClusterTime() => loop.WallClock + Drift.Median(ClockOffsets(stackalloc long[Math.Min(_peers.Count, Topology.MaxMembers)]));

    private Span<long> ClockOffsets(Span<long> offsets)
    {
        int heard = 0;
        foreach (IPeer peer in _peers.Values)
        {
            if (peer.ClockOffset is { } offset && heard < offsets.Length) offsets[heard++] = offset;
        }

        return offsets[..heard];
    }

    /// <summary>
    /// Most members are connected and the others known to be out of reach, and the clocks of those that are connected were heard: a
    /// client with a wrong clock must be refused from its first write on. Where most are out of reach they may be about to come: a
    /// cluster that is just forming refuses everybody for a moment.
    /// </summary>
    private void LookWhetherStarted()
    {
        if (_topology is not { Members: var members }) return;
        bool isStarted = members.All(IsKnown) && members.Count(IsConnected) > members.Length / 2;
        if (!isStarted && loop.Now - _welcomed <= PatienceMilliseconds) return;
        _look?.Dispose();
        started(this);
    }

    private bool IsConnected(Member member) => _peers.ContainsKey(member.Endpoints.Peer);

    private bool IsKnown(Member member)
    {
        string address = member.Endpoints.Peer;
        return _peers.TryGetValue(address, out IPeer? peer) ? peer.ClockOffset is not null : _problems.ContainsKey(address);
    }
}
