using Quorate.Client.Cluster;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Coordinator.Requests;
using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Client.Nodes;

/// <summary>
/// Has nodes coordinate: one is asked, and another where that is silent or gone. Each put leaves with its version, minted here under the
/// leased writer id, so that two nodes at one put write the same, and neither can bring it back once this client was told of its end.
/// </summary>
/// <param name="loop">What it runs on.</param>
/// <param name="clock">Mints versions.</param>
/// <param name="keyspaces">The cluster's.</param>
/// <param name="limits">Of keys, values and what is in flight.</param>
/// <param name="viaHomes">Whether a key's home replicas are asked first; else one node for all keys.</param>
/// <param name="first">That node, by its id.</param>
/// <param name="clusterTime">Unix ms by the nodes' clocks: this client's own need not be right.</param>
internal sealed class NodeRouting(
    ILoop loop, HybridClock clock, KeyspaceTable keyspaces, Limits limits, bool viaHomes, NodeId first, Func<long> clusterTime)
    : IRouting, IKeyValueStore, IReplySink
{
    private readonly RequestTable<PendingAsk> _requests = new(limits.MaxRequests);
    private AskedNode?[] _nodes = [];
    private Pool<PendingAsk>? _pool;
    private int _first;

    public IKeyValueStore Store => this;

    public IReplySink Replies => this;

    public bool IsIdle => _requests.Count == 0;

    public KeyspaceTable Keyspaces => keyspaces;

    public long WallClock => clusterTime();

    public Topology Topology { get; private set; } = null!;

    public TimerWheel Deadlines { get; } = new(loop);

    public HeldBytes Held { get; } = new();

    public long Now => loop.Now;

    public long Timestamp => loop.Time.GetTimestamp();

    /// <summary>Null where it is not connected.</summary>
    public AskedNode? this[int member] => _nodes[member];

    private Pool<PendingAsk> Pool => _pool ??= new Pool<PendingAsk>(() => new PendingAsk(this));

    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        if (Refuse(command.Key, default) is { } refused) sink.OnRead(token, new ReadResult(refused, default, default, Version.None, 0, null));
        else Rent().Begin(command, sink, token);
    }

    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        if (Refuse(command.Key, command.Value) is { } refused) sink.OnWrite(token, new WriteResult(refused, default, Version.None, null));
        else Rent().Begin(command, sink, token);
    }

    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        if (Refuse(command.Key, command.Edit.Value) is { } refused) sink.OnEdit(token, new EditResult(new EditReply(refused, false, default, Version.None), default, null));
        else Rent().Begin(command, sink, token);
    }

    public void Adopt(Topology topology)
    {
        for (int member = 0; member < _nodes.Length; member++) Disconnect(member);
        Topology = topology;
        _nodes = new AskedNode?[topology.Members.Length];
        _first = Math.Max(0, topology.IndexOf(first));
    }

    public void Connect(int member, IPeer peer)
    {
        if (_nodes[member] is not null) Disconnect(member);
        _nodes[member] = new AskedNode(peer);
        _requests.ForEach(request => request.OnConnected());
    }

    public void Disconnect(int member)
    {
        if (_nodes[member] is null) return;
        _nodes[member] = null;
        _requests.ForEach(request => request.OnLost(member));
    }

    public void OnAsked(IPeer peer, OperationId operation, in AskReply reply)
    {
        foreach (AskedNode? node in _nodes)
        {
            if (node?.Peer == peer) node.IsSilent = false;
        }

        _requests.Find(operation)?.OnReply(operation.Rank, reply);
    }

    /// <summary>What nodes owe to silent replicas is theirs to keep.</summary>
    public void Leave()
    {
    }

    // --- What requests ask of their routing ---

    /// <summary>Whom to ask next: silent ones last; null where nobody is left.</summary>
    public int? PickNode(int partition, ReadOnlySpan<PendingAsk.Attempt> asked) =>
        PickNode(partition, asked, silent: false) ?? PickNode(partition, asked, silent: true);

    /// <summary>Says who could not be asked at all.</summary>
    public void NoteUnreachable(int partition, ref Verdicts verdicts)
    {
        for (int rank = 0; rank < Math.Min(_nodes.Length, ReplicaSet.MaxReplicas); rank++)
        {
            if (_nodes[Topology.PreferenceListOf(partition)[rank]] is null && verdicts[rank] == Verdict.None) verdicts[rank] = Verdict.NotConnected;
        }
    }

    public void NoteLatency(int member, long since) => _nodes[member]?.NoteLatency(loop.Time.GetElapsedTime(since));

    public void NoteSilence(int member)
    {
        if (_nodes[member] is { } node) node.IsSilent = true;
    }

    public Version Stamp() => clock.TryStamp(WallClock, out Version version) ? version : throw new InvalidOperationException("A client's clock has no mark.");

    public Version Restamp(Version above) => clock.Restamp(above.Timestamp, WallClock);

    public void Renumber(PendingAsk request) => _requests.Renumber(request);

    /// <param name="request">It has ended.</param>
    /// <param name="seen">What is written next should be above it.</param>
    public void Release(PendingAsk request, Version seen)
    {
        clock.Observe(seen.Timestamp, WallClock);
        Deadlines.TakeDown(request);
        _requests.Remove(request);
        if (!Pool.Return(request)) _requests.Vacate(request);
    }

    private PendingAsk Rent()
    {
        PendingAsk request = Pool.Rent();
        _requests.Add(request);
        return request;
    }

    private Outcome? Refuse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length > limits.MaxKeyBytes || value.Length > limits.MaxValueBytes) return Outcome.Failed(OutcomeKind.TooLarge);
        return _requests.IsFull || Held.Total >= limits.MaxHeldBytes ? Outcome.Failed(OutcomeKind.Overloaded) : null;
    }

    private int? PickNode(int partition, ReadOnlySpan<PendingAsk.Attempt> asked, bool silent)
    {
        for (int place = 0; place < _nodes.Length; place++)
        {
            int member = viaHomes ? Topology.PreferenceListOf(partition)[place] : (_first + place) % _nodes.Length;
            if (_nodes[member] is { } node && node.IsSilent == silent && !Contains(asked, member)) return member;
        }

        return null;
    }

    private static bool Contains(ReadOnlySpan<PendingAsk.Attempt> asked, int member)
    {
        foreach (PendingAsk.Attempt attempt in asked)
        {
            if (attempt.Member == member) return true;
        }

        return false;
    }

    // --- Replicas are asked nothing, so nothing of what they say means anything ---

    void IReplySink.OnPut(OperationId operation, in PutReply reply)
    {
    }

    void IReplySink.OnGet(OperationId operation, in GetReply reply)
    {
    }

    void IReplySink.OnEdit(OperationId operation, in EditReply reply)
    {
    }

    void IReplySink.OnCount(OperationId operation, in CountReply reply)
    {
    }

    void IReplySink.OnScan(OperationId operation, in ScanReply reply)
    {
    }

    void IReplySink.OnClear(OperationId operation, in ClearReply reply)
    {
    }
}
