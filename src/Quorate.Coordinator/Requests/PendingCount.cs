using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A count of live keys in flight: every member says what it holds, and of each partition's answers the highest under the newest clear counts.</summary>
internal sealed class PendingCount(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private readonly int[] _counts = new int[Core.Placement.Partition.Count];
    private readonly Version[] _clears = new Version[Core.Placement.Partition.Count];
    private readonly Verdict[] _verdicts = new Verdict[Topology.MaxMembers];
    private int _n;
    private bool _isAsking;

    public void Begin(in RequestSite site, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        Enter(site, default, options, sink, token);
        Array.Fill(_counts, -1);
        Array.Clear(_clears);
        Array.Clear(_verdicts);
        _n = site.N;
        Coordinator.Deadlines.Hang(this, Deadline);
        _isAsking = true;
        for (int member = 0; member < site.Replicas.Members; member++) Ask(member);
        _isAsking = false;
        FinishIfAllAnswered();
    }

    public override void OnCount(OperationId operation, in CountReply reply)
    {
        // The rank of a count's question is the member.
        if (!TakeAnswer(operation.Rank, reply.Verdict)) return;
        int partitions = Math.Min(_counts.Length, reply.Counts.Length);
        for (int partition = 0; partition < partitions; partition++)
        {
            if (reply.Counts[partition] < 0 || reply.Clear < _clears[partition]) continue;
            int rival = reply.Clear == _clears[partition] ? _counts[partition] : 0;
            _counts[partition] = Math.Max(rival, reply.Counts[partition]);
            _clears[partition] = reply.Clear;
        }

        FinishIfAllAnswered();
    }

    public override void OnLost(int member)
    {
        if (TakeAnswer(member, Verdict.Lost)) FinishIfAllAnswered();
    }

    public override void OnSuspected(int member) => FinishIfAllAnswered();

    public override void OnDue() => Finish();

    private void Ask(int member)
    {
        if (!Replicas.IsReachable(member))
        {
            _verdicts[member] = Verdict.NotConnected;
            return;
        }

        _verdicts[member] = Verdict.Pending;
        Replicas[member]!.Count(new CountRequest(Keyspace, Replicas.Epochs), IdFor(member));
    }

    /// <summary>False where the member was not asked or has answered.</summary>
    private bool TakeAnswer(int member, Verdict verdict)
    {
        if ((uint)member >= (uint)_verdicts.Length || _verdicts[member] != Verdict.Pending) return false;
        _verdicts[member] = verdict;
        return true;
    }

    /// <summary>Nobody waits for those that are suspected, where others have counted what they would.</summary>
    private void FinishIfAllAnswered()
    {
        if (_isAsking) return;
        bool isCounted = !_counts.AsSpan().Contains(-1);
        for (int member = 0; member < Replicas.Members; member++)
        {
            if (_verdicts[member] == Verdict.Pending && !(isCounted && Replicas.IsSuspected(member))) return;
        }

        Finish();
    }

    private void Finish()
    {
        long keys = 0;
        foreach (int count in _counts) keys += Math.Max(count, 0);
        int uncounted = _counts.AsSpan().IndexOf(-1);
        var result = uncounted < 0
            ? new CountResult(Outcome.Failed(OutcomeKind.Ok), Location, keys)
            : new CountResult(Unavailable(uncounted), new Location(Replicas.Topology, uncounted), keys);
        (IDatabaseSink sink, ulong token) = (Sink, Token);
        Leave();
        sink.OnCount(token, result);
    }

    /// <summary>A partition that no home replica counted: whose answers are missing.</summary>
    private Outcome Unavailable(int partition)
    {
        Verdicts verdicts = default;
        ReadOnlySpan<ushort> homes = Replicas.Topology.PreferenceListOf(partition).HomeReplicas(_n);
        for (int rank = 0; rank < homes.Length; rank++)
        {
            // One that answered, but not for this partition, is not fit for it.
            Verdict verdict = _verdicts[homes[rank]];
            verdicts[rank] = verdict == Verdict.Answered ? Verdict.Unfit : verdict;
        }

        return new Outcome(OutcomeKind.Unavailable, 1, _n, 0, verdicts);
    }
}
