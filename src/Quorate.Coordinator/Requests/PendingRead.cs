using System.Runtime.CompilerServices;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Coordinator.Requests;

/// <summary>A read in flight: does what <see cref="ReadOperation"/> says.</summary>
internal sealed class PendingRead(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    private readonly ReadOperation _operation = new();
    private AskTimes _askedAt;
    private HybridTimestamp? _under;
    private int _localRank;
    private int _lateAfter;
    private bool _advancing;

    public void Begin(in RequestSite site, in ReadCommand command, int needed, Fanout fanout, IDatabaseSink sink, ulong token)
    {
        Enter(site, command.Key, command.Options, sink, token);
        _localRank = site.Replicas.LocalRank(site.Partition, site.N);
        _askedAt = default;
        _under = HybridTimestamp.Last;
        _lateAfter = LatencyEstimate.LeastLate;
        _operation.Begin(site.N, needed, fanout, site.Replicas.OrderOf(site.Partition, site.N, site.Fallbacks));
        Advance();
    }

    internal override void FetchParts()
    {
        base.FetchParts();
        CacheLines.FetchObject(_operation, LinesOfOperation);
    }

    public override void OnGet(OperationId operation, in GetReply reply)
    {
        int rank = operation.Rank;
        if (rank >= ReplicaSet.MaxReplicas) return;
        NoteLatency(rank);
        if (reply.HasPayload && !Coordinator.HasRoom)
        {
            Note(rank, "answered, and there is no room for it");
            _operation.RecordFailure(rank, Verdict.Overloaded);
        }
        else if (reply.Verdict == Verdict.Answered)
        {
            Note(rank, reply.Digest.Head.Kind == EntryKind.Absent ? "has nothing" : reply.HasPayload ? "answered" : "answered its digest", reply.Digest.Head.Version);
            // A fallback's hint is no home replica's word.
            if (rank >= _operation.Replicas) _under = null;
            else if (reply.Horizon < _under) _under = reply.Horizon;
            if (_operation.RecordAnswer(rank, reply.Digest, reply.HasPayload)) Bytes.SetPayload(reply.Payload);
            Coordinator.Clock.Observe(reply.Digest.Head.Version.Timestamp, Coordinator.Loop.WallClock);
        }
        else
        {
            Note(rank, FailureText.Describe(reply.Verdict));
            _operation.RecordFailure(rank, reply.Verdict);
        }

        Advance();
    }

    public override void OnPut(OperationId operation, in PutReply reply)
    {
        if (operation.Rank >= _operation.Replicas) return;
        Note(operation.Rank, reply.Verdict == Verdict.Stored ? "repaired" : FailureText.Describe(reply.Verdict), reply.By);
        _operation.RecordWriteBack(operation.Rank, operation.Phase, reply.Verdict);
        Advance();
    }

    public override void OnLost(int member)
    {
        int rank = RankOf(member, ReplicaSet.MaxReplicas);
        if (rank < 0) return;
        _operation.RecordLoss(rank);
        Advance();
    }

    public override void OnSuspected(int member)
    {
        int rank = RankOf(member, ReplicaSet.MaxReplicas);
        if (rank < 0 || !_operation.IsAwaited(rank)) return;
        _operation.AllowFurther();
        Advance();
    }

    public override void OnLeaving()
    {
        if (!_operation.IsAnswered) return;
        _operation.Expire();
        Advance();
    }

    public override void OnDue()
    {
        if (Coordinator.Loop.Now >= Deadline)
        {
            _operation.Expire();
        }
        else
        {
            _operation.AllowFurther();
            NoteTheLate();
        }

        HangUp();
        Advance();
    }

    /// <summary>Due again when whoever was asked is later than it usually is.</summary>
    private void HangUp()
    {
        long late = Coordinator.Loop.Now + (_lateAfter + 999) / 1000;
        Coordinator.Deadlines.Hang(this, _operation.CanAskFurther ? Math.Min(late, Deadline) : Deadline);
    }

    private void NoteLatency(int rank)
    {
        if (_askedAt[rank] == 0) return;
        Replicas.NoteLatency(MemberAt(rank), MicrosecondsSince(_askedAt[rank]));
        _askedAt[rank] = 0;
    }

    /// <summary>Silence is a sample too: one that does not answer is soon asked last, and its answer, once it comes, counts besides.</summary>
    private void NoteTheLate()
    {
        for (int rank = 0; rank < ReplicaSet.MaxReplicas; rank++)
        {
            if (_askedAt[rank] != 0) Replicas.NoteLatency(MemberAt(rank), MicrosecondsSince(_askedAt[rank]));
        }
    }

    private int MicrosecondsSince(long timestamp) =>
        (int)Math.Min(Coordinator.Loop.Time.GetElapsedTime(timestamp).TotalMicroseconds, LatencyEstimate.MostLate);

    private void Advance()
    {
        // The local replica answers within the call that asks it: the loop below goes on with what it said.
        if (_advancing) return;
        _advancing = true;
        ReadStep step;
        try
        {
            while ((step = _operation.Next()) is not (ReadStep.Wait or ReadStep.Release)) Do(step);
        }
        finally
        {
            // Where a session throws at its answer, the deadline must still find a request that it can end.
            _advancing = false;
        }

        if (step == ReadStep.Release) Leave();
    }

    private void Do(ReadStep step)
    {
        switch (step)
        {
            case ReadStep.Ask:
                // Where the one that was to bring the value is late, the next brings it.
                Ask(_operation.Targets, everything: _operation.IsHurried && !_operation.HasBytes);
                HangUp();
                break;
            case ReadStep.FetchPayload:
                Ask(_operation.Targets, everything: true);
                HangUp();
                break;
            case ReadStep.WriteBack:
                WriteBack(_operation.Targets);
                break;
            case ReadStep.Answer:
                Answer();
                break;
            default:
                throw new InvalidOperationException("A read has no such step.");
        }
    }

    private void Ask(ReplicaSet targets, bool everything)
    {
        // The own copy costs nothing to bring along, so its bytes are there when the others answer with digests.
        bool isLocalAsked = _localRank >= 0 && targets.Contains(_localRank);
        if (isLocalAsked) AskOne(_localRank, int.MaxValue);
        bool brings = everything || _localRank < 0;
        for (ReplicaSet rest = isLocalAsked ? targets.Without(_localRank) : targets; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            AskOne(rest.First, brings ? int.MaxValue : GetRequest.DigestAbove);
            brings = false;
        }
    }

    private void AskOne(int rank, int payloadLimit)
    {
        int member = MemberAt(rank);
        if (Replicas[member] is { } replica)
        {
            bool isHome = rank < _operation.Replicas;
            Note(rank, isHome ? "asked" : "asked for hints");
            if (rank != _localRank)
            {
                _askedAt[rank] = Coordinator.Loop.Time.GetTimestamp();
                _lateAfter = Math.Max(_lateAfter, Replicas.LateAfter(member));
            }

            replica.Get(new GetRequest(Keyspace, Replicas.Epochs, Bytes.Key, payloadLimit, ofHints: !isHome), IdFor(rank));
        }
        else
        {
            Note(rank, FailureText.Describe(Verdict.NotConnected));
            _operation.RecordFailure(rank, Verdict.NotConnected);
        }
    }

    private void WriteBack(ReplicaSet targets)
    {
        byte phase = _operation.Phase;
        var request = new PutRequest(Keyspace, Replicas.Epochs, Bytes.Key, Winner, under: _under);
        for (ReplicaSet rest = targets; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            int rank = rest.First;
            Note(rank, "is behind: written back", _operation.Winner.Head.Version);
            Coordinator.Counters.Repairs++;
            if (Replicas[MemberAt(rank)] is { } replica) replica.Put(request, IdFor(rank, phase));
            else _operation.RecordWriteBack(rank, phase, Verdict.NotConnected);
        }
    }

    private void Answer()
    {
        Outcome outcome = _operation.Outcome;
        EntryHead head = _operation.Winner.Head;
        bool isLive = outcome.IsOk && head.IsLive(Coordinator.Loop.WallClock);
        // The read of a read-modify-write is part of that request, which is counted when it ends.
        if (Sink is not EditRun) Coordinator.Count(outcome, isWrite: false);
        var result = new ReadResult(outcome, Location, isLive ? Winner : default, head.Version, _operation.Repaired, Explanation)
        {
            Horizon = outcome.IsOk ? _under ?? default : default,
        };
        Sink.OnRead(Token, result);
    }

    private Entry Winner => new(_operation.Winner.Head, _operation.Winner.HasPayload ? Bytes.Payload : default);

    [InlineArray(ReplicaSet.MaxReplicas)]
    private struct AskTimes
    {
        private long _first;
    }
}
