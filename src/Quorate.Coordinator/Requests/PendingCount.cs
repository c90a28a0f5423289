using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A count of live keys in flight: every member says what it holds, and of each partition's answers the highest counts.</summary>
internal sealed class PendingCount(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private readonly int[] _counts = new int[Core.Placement.Partition.Count];
    private int _unanswered;
    private bool _isAsking;

    public void Begin(in RequestSite site, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        Enter(site, default, options, sink, token);
        Array.Fill(_counts, -1);
        Coordinator.Deadlines.Hang(this, Deadline);
        _unanswered = site.Replicas.Members;
        _isAsking = true;
        for (int member = 0; member < site.Replicas.Members; member++)
        {
            if (site.Replicas[member] is { IsReachable: true } replica) replica.Count(new CountRequest(Keyspace, site.Replicas.Epochs), IdFor(member));
            else _unanswered--;
        }

        _isAsking = false;
        FinishIfAllAnswered();
    }

    public override void OnCount(OperationId operation, in CountReply reply)
    {
        int partitions = Math.Min(_counts.Length, reply.Counts.Length);
        for (int partition = 0; partition < partitions; partition++)
        {
            _counts[partition] = Math.Max(_counts[partition], reply.Counts[partition]);
        }

        _unanswered--;
        FinishIfAllAnswered();
    }

    public override void OnLost(int member)
    {
        _unanswered--;
        FinishIfAllAnswered();
    }

    public override void OnDue() => Finish();

    private void FinishIfAllAnswered()
    {
        if (_unanswered <= 0 && !_isAsking) Finish();
    }

    private void Finish()
    {
        bool isWhole = !_counts.AsSpan().Contains(-1);
        long keys = 0;
        foreach (int count in _counts) keys += Math.Max(count, 0);
        Outcome outcome = Outcome.Failed(isWhole ? OutcomeKind.Ok : OutcomeKind.Unavailable);
        Sink.OnCount(Token, new CountResult(outcome, Location, keys));
        Leave();
    }
}
