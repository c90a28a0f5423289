using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A read-modify-write handed to the first live home replica, this node's own among them; <see cref="EditRun"/> is its other end.</summary>
internal sealed class PendingEdit(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private int _rank;
    private Outcome _expected;

    public void Begin(in RequestSite site, in EditCommand command, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, command.Key, command.Options, sink, token);
        _rank = site.Replicas.FirstLive(site.Partition, site.N);
        _expected = new Outcome(OutcomeKind.TimedOut, needed, site.N, 0, default);
        Coordinator.Deadlines.Hang(this, Deadline);
        Note(_rank, "runs the read-modify-write");
        var request = new EditRequest(Keyspace, Replicas.Epochs, command.Key, command.Edit, command.Options);
        Replicas[MemberAt(_rank)]!.Edit(request, IdFor(_rank));
    }

    public override void OnEdit(OperationId operation, in EditReply reply)
    {
        Note(_rank, reply.Applied ? "applied" : reply.Outcome.IsOk ? "did not apply" : $"{reply.Outcome.Kind}", reply.Version);
        Finish(reply);
    }

    public override void OnLost(int member)
    {
        if (member == MemberAt(_rank)) FinishUnknown(Verdict.Lost);
    }

    public override void OnDue() => FinishUnknown(Verdict.Pending);

    private void FinishUnknown(Verdict verdict)
    {
        Verdicts verdicts = default;
        verdicts[_rank] = verdict;
        Finish(new EditReply(_expected with { Verdicts = verdicts }, false, default, Version.None));
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
