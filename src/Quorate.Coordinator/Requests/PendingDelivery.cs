using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator.Requests;

/// <summary>An entry on its way to one member that lacks it, from a hint or a repair: one put, one answer.</summary>
internal sealed class PendingDelivery(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private Action<Verdict> _onEnd = null!;
    private int _member;

    public void Begin(in RequestSite site, int member, ReadOnlySpan<byte> key, in Entry entry, HybridTimestamp? under, Action<Verdict> onEnd)
    {
        Enter(site, key, default, null!, 0);
        (_member, _onEnd) = (member, onEnd);
        Coordinator.Deadlines.Hang(this, Deadline);
        Replicas[member]!.Put(new PutRequest(Keyspace, Replicas.Epochs, key, entry, under: under), IdFor(0));
    }

    public override void OnPut(OperationId operation, in PutReply reply) => Finish(reply.Verdict);

    public override void OnLost(int member)
    {
        if (member == _member) Finish(Verdict.Lost);
    }

    public override void OnDue() => Finish(Verdict.Pending);

    private void Finish(Verdict verdict)
    {
        Action<Verdict> onEnd = _onEnd;
        Leave();
        onEnd(verdict);
    }

    protected override void Leave()
    {
        base.Leave();
        _onEnd = null!;
    }
}
