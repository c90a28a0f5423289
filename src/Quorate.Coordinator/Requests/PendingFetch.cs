using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator.Requests;

/// <summary>Takes what a member holds for a key; an absent entry with any verdict but <see cref="Verdict.Answered"/>.</summary>
/// <param name="verdict"><see cref="Verdict.Answered"/>, a refusal, <see cref="Verdict.Lost"/>, or <see cref="Verdict.Pending"/> for silence.</param>
/// <param name="entry">Valid during the call only.</param>
/// <param name="horizon">Of the key's partition there.</param>
public delegate void FetchedHandler(Verdict verdict, in Entry entry, HybridTimestamp horizon);

/// <summary>An entry on its way from one member that has it, for a repair: one get, one answer.</summary>
internal sealed class PendingFetch(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private FetchedHandler _onEnd = null!;
    private int _member;

    public void Begin(in RequestSite site, int member, ReadOnlySpan<byte> key, FetchedHandler onEnd)
    {
        Enter(site, key, default, null!, 0);
        (_member, _onEnd) = (member, onEnd);
        Coordinator.Deadlines.Hang(this, Deadline);
        Replicas[member]!.Get(new GetRequest(Keyspace, Replicas.Epochs, key, int.MaxValue), IdFor(0));
    }

    public override void OnGet(OperationId operation, in GetReply reply) =>
        Finish(reply.Verdict, reply.Verdict == Verdict.Answered ? new Entry(reply.Digest.Head, reply.Payload) : default, reply.Horizon);

    public override void OnLost(int member)
    {
        if (member == _member) Finish(Verdict.Lost, default, default);
    }

    public override void OnDue() => Finish(Verdict.Pending, default, default);

    private void Finish(Verdict verdict, in Entry entry, HybridTimestamp horizon)
    {
        FetchedHandler onEnd = _onEnd;
        Leave();
        onEnd(verdict, entry, horizon);
    }

    protected override void Leave()
    {
        base.Leave();
        _onEnd = null!;
    }
}
