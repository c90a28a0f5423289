using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A put or delete in flight: does what <see cref="WriteOperation"/> says. Owns the value's bytes until it ends.</summary>
internal sealed class PendingWrite(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    /// <summary>After this a put that lost at one replica no longer waits for a silent one, as a read asks a further one.</summary>
    private const int LateMilliseconds = 10;

    /// <summary>
    /// How long after the answer a silent home replica is waited for before it gets a hint: well above a pause for garbage
    /// collection, short enough that writes to a frozen one do not pile up in the table.
    /// </summary>
    private const int HintAfterMilliseconds = 200;

    /// <summary>Tells the answers to hints, which nobody waits for, from those to the put.</summary>
    private const byte HintPhase = 1;

    private readonly WriteOperation _operation = new();
    private EntryHead _head;
    private EditRun? _edit;
    private bool _isStamped;
    private bool _advancing;
    private bool _isSent;
    private bool _isTimed;

    public void Begin(in RequestSite site, in WriteCommand command, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, command.Key, command.Options, sink, token);
        Bytes.SetPayload(command.ContentType, command.Value);
        _head = new EntryHead(command.Kind, Version.None, Expiry.At(command.ExpiresAt), (byte)command.ContentType.Length);
        _edit = null;
        _isStamped = command.Stamp.Version != Version.None;
        Begin(site, needed, _isStamped ? 0 : WriteOperation.MaxRestamps, command.Stamp.IsAboveAcknowledged);
        if (_isStamped) OnStamped(command.Stamp.Version);
        else Coordinator.Stamp(this);
    }

    /// <summary>The put of a read-modify-write: it has its version, and is not restamped, because what beat it must be read.</summary>
    public void Begin(in RequestSite site, in Entry entry, ReadOnlySpan<byte> key, int needed, RequestOptions options, EditRun edit)
    {
        Enter(site, key, options, edit, 0);
        Bytes.SetPayload(entry.Payload);
        _head = entry.Head;
        _edit = edit;
        Begin(site, needed, restamps: 0, isAboveAcknowledged: false);
        OnStamped(entry.Head.Version);
    }

    private void Begin(in RequestSite site, int needed, int restamps, bool isAboveAcknowledged)
    {
        _operation.Begin(site.N, needed, Replicas.Suspected(site.Partition, site.N), site.Fallbacks, restamps, isAboveAcknowledged);
        _isSent = _isTimed = false;
        Coordinator.Deadlines.Hang(this, Deadline);
    }

    internal override void FetchParts()
    {
        base.FetchParts();
        CacheLines.FetchObject(_operation, LinesOfOperation);
    }

    public override void OnStamped(Version version)
    {
        _isSent = true;
        _head = _head with { Version = version };
        Advance();
    }

    public override void OnPut(OperationId operation, in PutReply reply)
    {
        if (operation.Rank >= ReplicaSet.MaxReplicas || operation.Phase == HintPhase) return;
        Note(operation.Rank, operation.Rank < _operation.Replicas ? FailureText.Describe(reply.Verdict) : FailureText.DescribeFallback(reply.Verdict), reply.By);
        _operation.Record(operation.Rank, reply.Verdict, reply.By);
        Advance();
    }

    public override void OnLost(int member)
    {
        int rank = RankOf(member, ReplicaSet.MaxReplicas);
        if (rank < 0 || !_isSent) return;
        Note(rank, FailureText.Describe(Verdict.Lost));
        _operation.Record(rank, Verdict.Lost);
        Advance();
    }

    public override void OnSuspected(int member)
    {
        int rank = RankOf(member, ReplicaSet.MaxReplicas);
        if (rank < 0 || !_isSent) return;
        _operation.NoticeSuspected(rank);
        Advance();
    }

    public override void OnLeaving()
    {
        if (!_operation.IsAnswered) return;
        _operation.NoticeLate();
        Advance();
    }

    public override void OnDue()
    {
        if (Coordinator.Loop.Now < Deadline)
        {
            _operation.NoticeLate();
            _isTimed = false;
            Coordinator.Deadlines.Hang(this, Deadline);
        }
        else
        {
            if (!_isSent) _operation.Abandon();
            _operation.Expire();
        }

        Advance();
    }

    private void Advance()
    {
        // The local replica answers within the call that asks it: the loop below goes on with what it said.
        if (_advancing) return;
        _advancing = true;
        WriteStep step;
        try
        {
            while ((step = _operation.Next()) is not (WriteStep.Wait or WriteStep.Release)) Do(step);
        }
        finally
        {
            // Where a session throws at its answer, the deadline must still find a request that it can end.
            _advancing = false;
        }

        if (step == WriteStep.Release) Leave();
        else NoticeHoldUp();
    }

    private void Do(WriteStep step)
    {
        switch (step)
        {
            case WriteStep.Ask:
                Send(_operation.Targets);
                break;
            case WriteStep.Restamp:
                Restamp();
                break;
            case WriteStep.Answer:
                Answer();
                break;
            case WriteStep.Hint:
                Hint(_operation.Targets);
                break;
            default:
                throw new InvalidOperationException("A write has no such step.");
        }
    }

    private void NoticeHoldUp()
    {
        if (_isTimed || !_operation.CanDoWithoutLate) return;
        _isTimed = true;
        int wait = _operation.IsAnswered ? HintAfterMilliseconds : LateMilliseconds;
        Coordinator.Deadlines.Hang(this, Math.Min(Coordinator.Loop.Now + wait, Deadline));
    }

    private void Restamp()
    {
        Coordinator.Counters.Restamps++;
        Coordinator.Renumber(this);
        _isTimed = false;
        _head = _head with { Version = Coordinator.Clock.Restamp(_operation.Superseding.Timestamp, Coordinator.Loop.WallClock) };
    }

    private void Send(ReplicaSet targets)
    {
        PutRequest request = RequestWith(hint: default); // once for all: it is large, and its parts are copied into it
        for (ReplicaSet rest = targets; !rest.IsEmpty; rest = rest.Without(rest.First)) SendTo(rest.First, request);
    }

    private void SendTo(int rank, in PutRequest request)
    {
        if (Replicas[MemberAt(rank)] is not { } replica)
        {
            Note(rank, FailureText.Describe(Verdict.NotConnected));
            _operation.Record(rank, Verdict.NotConnected);
            return;
        }

        if (rank < _operation.Replicas)
        {
            Note(rank, "sent", _head.Version);
            replica.Put(request, IdFor(rank));
        }
        else
        {
            int ward = _operation.WardOf(rank);
            Note(rank, $"sent as a hint for {NameOf(ward)}", _head.Version);
            replica.Put(RequestWith(new HintFor(IdOf(ward), IsCounted: true)), IdFor(rank));
        }
    }

    /// <summary>A node keeps the hints of what it coordinated, a client has a node keep them. They count for nobody, so nobody waits for their answers.</summary>
    private void Hint(ReplicaSet targets)
    {
        for (ReplicaSet rest = targets; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            var hint = new HintFor(IdOf(rest.First), IsCounted: false);
            Replicas.HintKeeper(Partition, MemberAt(rest.First))?.Put(RequestWith(hint), IdFor(rest.First, HintPhase));
        }
    }

    private PutRequest RequestWith(HintFor hint) => new(Keyspace, Replicas.Epochs, Bytes.Key, new Entry(_head, Bytes.Payload), hint);

    private NodeId IdOf(int rank) => Replicas.Topology.Members[MemberAt(rank)].Id;

    private string NameOf(int rank) => Replicas.Topology.Members[MemberAt(rank)].Name;

    private void Answer()
    {
        _isTimed = false;
        if (Coordinator.IsInHurry) _operation.NoticeLate();
        Outcome outcome = _operation.Outcome;
        if (_edit is { } edit)
        {
            _edit = null;
            edit.OnPutEnded(outcome, _operation.IsBeaten, _operation.MayBeStored);
            return;
        }

        Coordinator.Count(outcome, isWrite: true);
        Stamp beaten = _isStamped && _operation.IsBeaten ? new Stamp(_operation.Superseding, _operation.HasHeardEnough) : default;
        Sink.OnWrite(Token, new WriteResult(outcome, Location, _head.Version, Explanation) { Beaten = beaten });
    }

    protected override void Leave()
    {
        base.Leave();
        _edit = null;
    }
}
