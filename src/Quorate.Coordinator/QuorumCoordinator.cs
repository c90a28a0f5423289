using Quorate.Coordinator.Environment;
using Quorate.Coordinator.Requests;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator;

/// <summary>
/// Runs requests' fan-out: admits each one, gives it a place in the table, and hands it the answers. The rules of who wins
/// and how many must confirm are in <see cref="ReadOperation"/> and <see cref="WriteOperation"/>; this only waits.
/// </summary>
public sealed class QuorumCoordinator : IDatabase, IReplySink
{
    /// <summary>The place among the members of a coordinator that is none of them: a client.</summary>
    public const int NoMember = -1;

    /// <summary>How full the table may be before nobody lingers in it for a silent replica.</summary>
    private const double CrowdedLoad = 0.5;

    private readonly RequestTable<PendingRequest> _requests;
    private readonly LinkedList<PendingRequest> _awaitingMark = new();
    private readonly Limits _limits;
    private readonly Func<bool> _clockAgrees;
    private readonly Pools _pools;
    private ReplicaTable? _replicas;
    private long _judgedAt = long.MinValue;
    private bool _isClockTrusted;
    private bool _isLeaving;

    /// <summary>A coordinator that serves nothing before <see cref="Adopt"/>.</summary>
    /// <param name="loop">The one that all of it runs on.</param>
    /// <param name="clock">Mints this coordinator's versions.</param>
    /// <param name="keyspaces">The cluster's.</param>
    /// <param name="limits">What it takes on.</param>
    /// <param name="clockAgrees">Whether its peers' clocks agree with it, judged as first stamps are admitted, once a ms.</param>
    public QuorumCoordinator(ILoop loop, HybridClock clock, KeyspaceTable keyspaces, Limits limits, Func<bool> clockAgrees)
    {
        Loop = loop;
        Clock = clock;
        Keyspaces = keyspaces;
        Deadlines = new TimerWheel(loop);
        _requests = new RequestTable<PendingRequest>(limits.MaxRequests);
        _limits = limits;
        _clockAgrees = clockAgrees;
        _pools = new Pools(this);
    }

    /// <summary>A write waits for the clock's mark.</summary>
    public event Action? MarkWanted;

    /// <inheritdoc/>
    public KeyspaceTable Keyspaces { get; }

    /// <inheritdoc/>
    public long WallClock => Loop.WallClock;

    /// <inheritdoc/>
    public double Load => Math.Max((double)_requests.Count / _limits.MaxRequests, (double)Held.Total / _limits.MaxHeldBytes);

    /// <summary>Since it was made.</summary>
    public CoordinatorCounters Counters { get; } = new();

    /// <summary>No request is in flight, not even one that is answered and still at hints or repairs.</summary>
    public bool IsIdle => _requests.Count == 0;

    /// <summary>Whether requests that are answered should not stay for the sake of silent replicas.</summary>
    internal bool IsInHurry => _isLeaving || Load > CrowdedLoad;

    internal HybridClock Clock { get; }

    internal ILoop Loop { get; }

    internal TimerWheel Deadlines { get; }

    internal HeldBytes Held { get; } = new();

    internal EditQueue Edits { get; } = new();

    internal Limits Limits => _limits;

    /// <summary>
    /// Whether a request that was admitted may be given a value to hold: values come after their requests, so those admitted
    /// below the limit may hold as much again.
    /// </summary>
    internal bool HasRoom => Held.Total < 2 * _limits.MaxHeldBytes;

    /// <summary>What waits here. A running read-modify-write has a second place, for its read or its put.</summary>
    public IReadOnlyList<Gauge> Gauges() =>
    [
        new("requests in flight", _requests.Count, 2L * _limits.MaxRequests),
        new("bytes held by requests", Held.Total, 2 * _limits.MaxHeldBytes + HeldAtOnce),
        new("read-modify-writes", Edits.Count, _limits.MaxRequests),
        new("stamps awaiting the clock's mark", _awaitingMark.Count, 2L * _limits.MaxRequests),
    ];

    /// <summary>The largest request takes this much beyond the limit in one step: a read-modify-write's value before, after, and in its put.</summary>
    private long HeldAtOnce => 3L * (_limits.MaxKeyBytes + _limits.MaxValueBytes + byte.MaxValue);

    /// <summary>Serves under this topology from here on; before the first one everything is `Unavailable`.</summary>
    /// <param name="topology">With the connections still to come: <see cref="Connect"/>.</param>
    /// <param name="self">This node's index, or <see cref="NoMember"/>.</param>
    public void Adopt(Topology topology, int self) => _replicas = new ReplicaTable(topology, self);

    /// <summary>Where a member is asked from now on. What was asked over an earlier connection is not answered any more.</summary>
    public void Connect(int member, IReplica replica)
    {
        if (_replicas![member] is not null) Disconnect(member);
        _replicas[member] = replica;
    }

    /// <summary>A member's connection broke: it may or may not have done what it was asked and has not answered.</summary>
    public void Disconnect(int member)
    {
        _replicas![member] = null;
        _requests.ForEach(request => request.OnLost(member));
    }

    /// <summary>Whether a member, by its index, can be asked now.</summary>
    public bool IsReachable(int member) => _replicas!.IsReachable(member);

    /// <summary>A member's connection; null where it cannot be reached.</summary>
    public IReplica? PeerAt(int member) => IsReachable(member) ? _replicas![member] : null;

    /// <summary>A member is suspected, or no longer: it is asked last, and nobody waits for it.</summary>
    public void Suspect(int member, bool isSuspected)
    {
        if (_replicas!.IsSuspected(member) == isSuspected) return;
        _replicas.Suspect(member, isSuspected);
        if (isSuspected) _requests.ForEach(request => request.OnSuspected(member));
    }

    /// <summary>The node is about to stop: what is answered ends now, and hints take the place of waiting.</summary>
    public void Leave()
    {
        _isLeaving = true;
        _requests.ForEach(request => request.OnLeaving());
    }

    /// <summary>The clock's mark was raised: writes that waited for it go out.</summary>
    public void OnMarkRaised()
    {
        for (int waiting = _awaitingMark.Count; waiting > 0 && _awaitingMark.First is { } first; waiting--)
        {
            _awaitingMark.RemoveFirst();
            Stamp(first.Value);
        }
    }

    // --- Front ends: IDatabase ---

    /// <inheritdoc/>
    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        if (Admit(command.Keyspace, command.Key, 0, out RequestSite site) is { } refused)
        {
            FailRead(refused, site, sink, token);
            return;
        }

        Keyspace keyspace = Keyspaces[command.Keyspace];
        int needed = Required(command.Options.R, keyspace.R, site.N);
        site = WithFallbacks(site, command.Options, isAny: false);
        Fanout fanout = command.Options.Fanout == Fanout.Default ? keyspace.Fanout : command.Options.Fanout;
        if (site.RefuseUnreachable(needed) is { } unreachable) FailRead(unreachable, site, sink, token);
        else Read(site, command, needed, fanout, sink, token);
    }

    /// <inheritdoc/>
    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        Outcome? refused = Admit(command.Keyspace, command.Key, command.Value.Length, out RequestSite site);
        int needed = refused is null ? PrepareWrite(command.Options, ref site) : 0;
        refused ??= site.RefuseUnreachable(needed) ?? (command.Stamp == default ? RefuseDrift() : null);
        if (refused is { } failure)
        {
            Count(failure, isWrite: true);
            sink.OnWrite(token, new WriteResult(failure, LocationOf(site), Version.None, null));
            return;
        }

        PendingWrite request = _pools.Writes.Rent();
        _requests.Add(request);
        request.Begin(site, command, needed, sink, token);
    }

    /// <inheritdoc/>
    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        Outcome? refused = Admit(command.Keyspace, command.Key, command.Edit.Value.Length, out RequestSite site);
        int needed = refused is null ? PrepareWrite(command.Options, ref site) : 0;
        // Edits run at a home replica, whoever may stand in for the others.
        refused ??= site.RefuseUnreachable(needed) ?? (site with { Fallbacks = ReplicaSet.Empty }).RefuseUnreachable(1);
        if (refused is { } failure)
        {
            Count(failure, isWrite: true);
            sink.OnEdit(token, new EditResult(new EditReply(failure, false, default, Version.None), LocationOf(site), null));
            return;
        }

        PendingEdit request = _pools.Edits.Rent();
        _requests.Add(request);
        request.Begin(site, command, needed, sink, token);
    }

    /// <inheritdoc/>
    public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        if (Admit(keyspace, default, 0, out RequestSite site) is { } refused)
        {
            sink.OnCount(token, new CountResult(refused, LocationOf(site), 0));
            return;
        }

        PendingCount request = _pools.Counts.Rent();
        _requests.Add(request);
        request.Begin(site, options, sink, token);
    }

    /// <inheritdoc/>
    public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token)
    {
        Outcome? refused = Admit(command.Keyspace, default, 0, out RequestSite site);
        int needed = refused is null ? Required(command.Options.R, Keyspaces[command.Keyspace].R, site.N) : 0;
        if (needed > site.N) refused = new Outcome(OutcomeKind.Invalid, needed, site.N, 0, default);
        if (refused is { } failure)
        {
            sink.OnScan(token, new ScanResult(failure, LocationOf(site), command.From, []));
            return;
        }

        PendingScan request = _pools.Scans.Rent();
        _requests.Add(request);
        request.Begin(site, command, needed, sink, token);
    }

    /// <inheritdoc/>
    public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        Outcome? refused = Admit(keyspace, default, 0, out RequestSite site);
        int usual = refused is null ? Keyspaces[keyspace].W.Required(site.N) : 0;
        int needed = refused is null ? Required(options.W, Keyspaces[keyspace].W, site.N) : 0;
        if (needed > site.N) refused = new Outcome(OutcomeKind.Invalid, needed, site.N, 0, default);
        refused ??= RefuseDrift();
        if (refused is { } failure)
        {
            Count(failure, isWrite: true);
            sink.OnWrite(token, new WriteResult(failure, LocationOf(site), Version.None, null));
            return;
        }

        PendingClear request = _pools.Clears.Rent();
        _requests.Add(request);
        request.Begin(site, options, usual, needed, sink, token);
    }

    /// <summary>Runs a read-modify-write here, for this node's own clients or another coordinator's.</summary>
    public void RunEdit(in EditRequest request, OperationId replyId, IReplySink replyTo)
    {
        Outcome? refused = Outcome.Failed(OutcomeKind.Invalid);
        RequestSite site = default;
        if (request.Keyspace < Keyspaces.All.Length) refused = Admit(request.Keyspace, request.Key, request.Edit.Value.Length, out site);
        (int neededR, int neededW) = (0, 0);
        if (refused is null)
        {
            Keyspace keyspace = Keyspaces[request.Keyspace];
            neededR = Required(request.Options.R, keyspace.R, site.N);
            neededW = PrepareWrite(request.Options, ref site);
            refused = site.RefuseUnreachable(Math.Max(neededR, neededW)) ?? RefuseDrift();
        }

        if (refused is { } failure)
        {
            replyTo.OnEdit(replyId, new EditReply(failure, false, default, Version.None));
            return;
        }

        EditRun run = _pools.EditRuns.Rent();
        _requests.Add(run);
        run.Begin(site, request, neededR, neededW, replyId, replyTo);
    }

    // --- Answers: IReplySink ---

    /// <inheritdoc/>
    public void Expect(OperationId operation) => _requests.Expect(operation);

    /// <inheritdoc/>
    public void FetchExpected() => _requests.FetchExpected();

    /// <inheritdoc/>
    public void OnPut(OperationId operation, in PutReply reply) => _requests.Find(operation)?.OnPut(operation, reply);

    /// <inheritdoc/>
    public void OnGet(OperationId operation, in GetReply reply) => _requests.Find(operation)?.OnGet(operation, reply);

    /// <inheritdoc/>
    public void OnEdit(OperationId operation, in EditReply reply) => _requests.Find(operation)?.OnEdit(operation, reply);

    /// <inheritdoc/>
    public void OnCount(OperationId operation, in CountReply reply) => _requests.Find(operation)?.OnCount(operation, reply);

    /// <inheritdoc/>
    public void OnScan(OperationId operation, in ScanReply reply) => _requests.Find(operation)?.OnScan(operation, reply);

    /// <inheritdoc/>
    public void OnClear(OperationId operation, in ClearReply reply) => _requests.Find(operation)?.OnClear(operation, reply);

    /// <summary>Puts an entry at one member that lacks it, and tells what came of it: a verdict, <see cref="Verdict.Pending"/> for silence.</summary>
    /// <param name="member">Its index.</param>
    /// <param name="keyspace">Its number in the cluster's table.</param>
    /// <param name="key">Copied.</param>
    /// <param name="entry">Copied into what is sent.</param>
    /// <param name="under">Of an entry that this node holds as a home replica: its horizon. Null for a hint.</param>
    /// <param name="onEnd">Called once, within the call where the member cannot be asked.</param>
    public void Deliver(int member, ushort keyspace, ReadOnlySpan<byte> key, in Entry entry, HybridTimestamp? under, Action<Verdict> onEnd)
    {
        if (!AdmitTo(member, keyspace, key, out RequestSite site, out Verdict refusal))
        {
            onEnd(refusal);
            return;
        }

        PendingDelivery request = _pools.Deliveries.Rent();
        _requests.Add(request);
        request.Begin(site, member, key, entry, under, onEnd);
    }

    /// <summary>Gets what one member holds for a key.</summary>
    public void Fetch(int member, ushort keyspace, ReadOnlySpan<byte> key, FetchedHandler onEnd)
    {
        if (!AdmitTo(member, keyspace, key, out RequestSite site, out Verdict refusal))
        {
            onEnd(refusal, default, default);
            return;
        }

        PendingFetch request = _pools.Fetches.Rent();
        _requests.Add(request);
        request.Begin(site, member, key, onEnd);
    }

    // --- What requests ask of their coordinator ---

    internal void Read(in RequestSite site, in ReadCommand command, int needed, Fanout fanout, IDatabaseSink sink, ulong token)
    {
        PendingRead request = _pools.Reads.Rent();
        _requests.Add(request);
        request.Begin(site, command, needed, fanout, sink, token);
    }

    internal void PutForEdit(in RequestSite site, in Entry entry, ReadOnlySpan<byte> key, int needed, RequestOptions options, EditRun edit)
    {
        PendingWrite request = _pools.Writes.Rent();
        _requests.Add(request);
        request.Begin(site, entry, key, needed, options, edit);
    }

    internal void Stamp(PendingRequest request)
    {
        if (Clock.TryStamp(Loop.WallClock, out Version version))
        {
            request.OnStamped(version);
            return;
        }

        _awaitingMark.AddLast(request.MarkWait ??= new LinkedListNode<PendingRequest>(request));
        MarkWanted?.Invoke();
    }

    internal void Renumber(PendingRequest request) => _requests.Renumber(request);

    internal void Release(PendingRequest request)
    {
        Deadlines.TakeDown(request);
        if (request.MarkWait is { List: not null } waiting) _awaitingMark.Remove(waiting);
        _requests.Remove(request);
        if (!_pools.Return(request)) _requests.Vacate(request);
    }

    internal void Count(in Outcome outcome, bool isWrite)
    {
        if (!outcome.IsOk) Counters.Failures++;
        else if (isWrite) Counters.Writes++;
        else Counters.Reads++;
    }

    // --- Admission: what is refused before anything is sent ---

    private Outcome? Admit(int keyspace, ReadOnlySpan<byte> key, int valueBytes, out RequestSite site)
    {
        site = default;
        if (key.Length > _limits.MaxKeyBytes || valueBytes > _limits.MaxValueBytes) return Outcome.Failed(OutcomeKind.TooLarge);
        if (_replicas is not { } replicas) return Outcome.Failed(OutcomeKind.Unavailable);
        if (_requests.IsFull || Held.Total >= _limits.MaxHeldBytes) return Outcome.Failed(OutcomeKind.Overloaded);
        int n = Keyspaces[keyspace].ReplicasAmong(replicas.Members);
        site = new RequestSite(replicas, (ushort)keyspace, Partition.Of(key), n);
        return null;
    }

    /// <summary>For what is asked of one member alone; no quorum, so no replicas.</summary>
    private bool AdmitTo(int member, ushort keyspace, ReadOnlySpan<byte> key, out RequestSite site, out Verdict refusal)
    {
        bool isReachable = _replicas is not null && _replicas.IsReachable(member);
        refusal = _requests.IsFull ? Verdict.Overloaded : isReachable ? Verdict.None : Verdict.NotConnected;
        site = refusal == Verdict.None ? new RequestSite(_replicas!, keyspace, Partition.Of(key), 0) : default;
        return refusal == Verdict.None;
    }

    /// <summary>W as a number, and who may stand in.</summary>
    private int PrepareWrite(RequestOptions options, ref RequestSite site)
    {
        ConsistencyLevel usual = Keyspaces[site.Keyspace].W;
        bool isAny = (options.W.IsDefault ? usual : options.W).IsAny;
        site = WithFallbacks(site, options, isAny);
        return Required(options.W, usual, site.N);
    }

    private RequestSite WithFallbacks(in RequestSite site, RequestOptions options, bool isAny)
    {
        QuorumKind kind = options.Quorum == QuorumKind.Default ? Keyspaces[site.Keyspace].Quorum : options.Quorum;
        return isAny || kind == QuorumKind.Sloppy ? site.WithFallbacks() : site;
    }

    /// <summary>Judged once a ms: peers' clocks are heard twice a second, and asking for each write was 1 % of it.</summary>
    private Outcome? RefuseDrift()
    {
        if (_judgedAt != Loop.Now) (_judgedAt, _isClockTrusted) = (Loop.Now, _clockAgrees());
        return _isClockTrusted ? null : Outcome.Failed(OutcomeKind.ClockDrift);
    }

    private static int Required(ConsistencyLevel asked, ConsistencyLevel usual, int n) => (asked.IsDefault ? usual : asked).Required(n);

    private static Location LocationOf(in RequestSite site) => site.Replicas is null ? default : site.Location;

    private void FailRead(in Outcome outcome, in RequestSite site, IDatabaseSink sink, ulong token)
    {
        Count(outcome, isWrite: false);
        sink.OnRead(token, new ReadResult(outcome, LocationOf(site), default, Version.None, 0, null));
    }
}
