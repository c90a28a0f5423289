using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>
/// A clear of a keyspace in flight. It must beat what was acknowledged before it began, whatever the clocks say, and no
/// replica would refuse it for something newer, as that is most often something concurrent: so it first asks.
/// </summary>
internal sealed class PendingClear(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private readonly PartitionQuorums _quorums = new();
    private Phase _phase;
    private Version _newest;
    private Version _version;
    private int _n;
    private int _needed;
    private bool _isSending;

    private enum Phase
    {
        Asking,
        Stamping,
        Clearing,
    }

    /// <summary>Asks all members how new the keyspace is there.</summary>
    /// <param name="site">The keyspace and N; of any partition.</param>
    /// <param name="options">Its timeout.</param>
    /// <param name="usual">W of writes that do not say: those that are to be found.</param>
    /// <param name="needed">W of the clear.</param>
    /// <param name="sink">Takes the result, as a write's.</param>
    /// <param name="token">Comes back with the result.</param>
    public void Begin(in RequestSite site, RequestOptions options, int usual, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, default, options, sink, token);
        (_n, _needed) = (site.N, needed);
        (_phase, _newest, _version) = (Phase.Asking, Version.None, Version.None);
        Coordinator.Deadlines.Hang(this, Deadline);
        // Law 4 promises what both sides' W together make meet; W replicas besides, so that one that needs more finds more.
        int asked = Math.Max(Math.Max(_n - usual + 1, needed), _n / 2 + 1);
        Send(asked);
    }

    // 2. Stamp above the newest that enough of each partition's home replicas hold.
    public override void OnStamped(Version version)
    {
        if (version <= _newest) version = Coordinator.Clock.Restamp(_newest.Timestamp, Coordinator.Loop.WallClock);
        _version = version;
        _phase = Phase.Clearing;
        Coordinator.Renumber(this);
        Send(_needed);
    }

    public override void OnClear(OperationId operation, in ClearReply reply)
    {
        // The rank of a clear's question is the member.
        if (!_quorums.Record(operation.Rank, reply.Verdict, reply.Partitions)) return;
        if (reply.Newest > _newest) _newest = reply.Newest;
        Advance();
    }

    public override void OnLost(int member)
    {
        if (_quorums.Record(member, Verdict.Lost)) Advance();
    }

    public override void OnDue() => Fail(_phase == Phase.Clearing ? OutcomeKind.TimedOut : OutcomeKind.Unavailable);

    // 1. Ask all members, and 3. have them clear: nobody where some partition cannot have enough.
    private void Send(int needed)
    {
        _quorums.Begin(Replicas.Topology, _n, needed);
        _isSending = true;
        for (int member = 0; member < Replicas.Members; member++)
        {
            if (!Replicas.IsReachable(member)) _quorums.Record(member, Verdict.NotConnected);
        }

        if (_quorums.IsOutOfReach)
        {
            Fail(OutcomeKind.Unavailable);
            return;
        }

        var request = new ClearRequest(Keyspace, Replicas.Epochs, _version);
        for (int member = 0; member < Replicas.Members; member++)
        {
            if (Replicas.IsReachable(member)) Replicas[member]!.Clear(request, IdFor(member));
            else _quorums.Record(member, Verdict.NotConnected);
        }

        _isSending = false;
        Advance();
    }

    private void Advance()
    {
        if (_isSending || _phase == Phase.Stamping) return;
        if (_quorums.IsReached) Succeed();
        else if (!_quorums.IsOutOfReach) return;
        else if (_phase == Phase.Asking) Fail(_quorums.KindOfRefusals(_quorums.Short));
        else if (_quorums.MayBeStored) Fail(OutcomeKind.TimedOut);
        else if (!_quorums.IsWaiting) Fail(_quorums.KindOfRefusals(_quorums.Short));
    }

    private void Succeed()
    {
        if (_phase == Phase.Clearing)
        {
            Finish(_quorums.OutcomeAt(Partition, OutcomeKind.Ok), Location);
            return;
        }

        _phase = Phase.Stamping;
        Coordinator.Stamp(this);
    }

    private void Fail(OutcomeKind kind) => Finish(_quorums.OutcomeAt(_quorums.Short, kind), new Location(Replicas.Topology, _quorums.Short));

    private void Finish(in Outcome outcome, Location location)
    {
        (IDatabaseSink sink, ulong token) = (Sink, Token);
        var result = new WriteResult(outcome, location, _version, null);
        Leave();
        Coordinator.Count(outcome, isWrite: true);
        sink.OnWrite(token, result);
    }
}
