using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A read-modify-write handed to the first live home replica, this node's own among them; <see cref="EditRun"/> is its other end.</summary>
internal sealed class PendingEdit(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private int _rank;
    private int _needed;
    private int _n;

    public void Begin(in RequestSite site, in EditCommand command, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, command.Key, command.Options, sink, token);
        _rank = site.Replicas.FirstLive(site.Partition, site.N);
        (_needed, _n) = (needed, site.N);
        Coordinator.Deadlines.Hang(this, Deadline);
        Note(_rank, "runs the read-modify-write");
        var request = new EditRequest(Keyspace, Replicas.Epochs, command.Key, command.Edit, command.Options);
        Replicas[MemberAt(_rank)]!.Edit(request, IdFor(_rank));
    }

    public override void OnEdit(OperationId operation, in EditReply reply)
    {
        Note(_rank, reply.Applied ? "applied" : reply.Outcome.IsOk ? "did not apply" : $"{reply.Outcome.Kind}", reply.Version);
        // It refused before it asked anybody, and knows neither our ranks nor what was needed.
        if (reply.Outcome is { Kind: OutcomeKind.Unavailable, Replicas: 0 }) Fail(OutcomeKind.Unavailable, Verdict.WrongEpoch);
        else Finish(reply);
    }

    public override void OnLost(int member)
    {
        if (member == MemberAt(_rank)) Fail(OutcomeKind.TimedOut, Verdict.Lost);
    }

    public override void OnDue() => Fail(OutcomeKind.TimedOut, Verdict.Pending);

    private void Fail(OutcomeKind kind, Verdict verdict)
    {
        Verdicts verdicts = default;
        verdicts[_rank] = verdict;
        Finish(new EditReply(new Outcome(kind, _needed, _n, 0, verdicts), false, default, Version.None));
    }

    private void Finish(in EditReply reply)
    {
        (IDatabaseSink sink, ulong token) = (Sink, Token);
        var result = new EditResult(reply, Location, Explanation);
        Leave();
        Coordinator.Count(result.Reply.Outcome, isWrite: true);
        sink.OnEdit(token, result);
    }
}
