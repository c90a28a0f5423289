using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>A put or delete in flight: does what <see cref="WriteOperation"/> says. Owns the value's bytes until it ends.</summary>
internal sealed class PendingWrite(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    /// <summary>After this a put that lost at one replica no longer waits for a silent one, as a read asks a further one.</summary>
    private const int LateMilliseconds = 10;

    private readonly WriteOperation _operation = new();
    private readonly ByteBuffer _payload = new(coordinator.Held);
    private EntryHead _head;
    private EditRun? _edit;
    private bool _advancing;
    private bool _isSent;
    private bool _isHeldUp;

    public void Begin(in RequestSite site, in WriteCommand command, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, command.Key, command.Options, sink, token);
        _payload.Set(command.ContentType, command.Value);
        _head = new EntryHead(command.Kind, Version.None, Expiry.At(command.ExpiresAt), (byte)command.ContentType.Length);
        _operation.Begin(site.N, needed);
        _isHeldUp = false;
        _edit = null;
        _isSent = false;
        Coordinator.Deadlines.Hang(this, Deadline);
        Coordinator.Stamp(this);
    }

    /// <summary>The put of a read-modify-write: it has its version, and is not restamped, because what beat it must be read.</summary>
    public void Begin(in RequestSite site, in Entry entry, ReadOnlySpan<byte> key, int needed, RequestOptions options, EditRun edit)
    {
        Enter(site, key, options, edit, 0);
        _payload.Set(entry.Payload);
        _head = entry.Head;
        _operation.Begin(site.N, needed, restamps: 0);
        _isHeldUp = false;
        _edit = edit;
        Coordinator.Deadlines.Hang(this, Deadline);
        OnStamped(entry.Head.Version);
    }

    public override void OnStamped(Version version)
    {
        _isSent = true;
        SendRound(version);
        Advance();
    }

    public override void OnPut(OperationId operation, in PutReply reply)
    {
        if (operation.Rank >= _operation.Replicas) return;
        Note(operation.Rank, FailureText.Describe(reply.Verdict), reply.By);
        _operation.Record(operation.Rank, reply.Verdict, reply.By);
        Advance();
    }

    public override void OnLost(int member)
    {
        int rank = RankOf(member, _operation.Replicas);
        if (rank < 0 || !_isSent) return;
        Note(rank, FailureText.Describe(Verdict.Lost));
        _operation.Record(rank, Verdict.Lost);
        Advance();
    }

    public override void OnDue()
    {
        if (Coordinator.Loop.Now < Deadline)
        {
            _operation.NoticeLate();
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
        while ((step = _operation.Next()) == WriteStep.Restamp)
        {
            Coordinator.Counters.Restamps++;
            Coordinator.Renumber(this);
            _operation.BeginRound();
            _isHeldUp = false;
            SendRound(Coordinator.Clock.Restamp(_operation.Superseding.Timestamp, Coordinator.Loop.WallClock));
        }

        _advancing = false;
        if (step == WriteStep.Done) Finish();
        else NoticeHoldUp();
    }

    private void NoticeHoldUp()
    {
        if (_isHeldUp || !_operation.IsHeldUp) return;
        _isHeldUp = true;
        Coordinator.Deadlines.Hang(this, Math.Min(Coordinator.Loop.Now + LateMilliseconds, Deadline));
    }

    private void SendRound(Version version)
    {
        bool outer = _advancing;
        _advancing = true;
        _head = _head with { Version = version };
        var request = new PutRequest(Keyspace, Replicas.Epochs, Key.Span, new Entry(_head, _payload.Span));
        for (int rank = 0; rank < _operation.Replicas; rank++)
        {
            if (Replicas[MemberAt(rank)] is { } replica)
            {
                Note(rank, "sent", version);
                replica.Put(request, IdFor(rank));
            }
            else
            {
                Note(rank, FailureText.Describe(Verdict.NotConnected));
                _operation.Record(rank, Verdict.NotConnected);
            }
        }

        _advancing = outer;
    }

    private void Finish()
    {
        (IDatabaseSink sink, ulong token, EditRun? edit) = (Sink, Token, _edit);
        (Outcome outcome, bool isBeaten, bool mayBeStored) = (_operation.Outcome, _operation.IsBeaten, _operation.MayBeStored);
        var result = new WriteResult(outcome, Location, _head.Version, Explanation);
        // Whoever is told may go on within the call: no answer that comes then must find this request again.
        Leave();
        if (edit is not null)
        {
            edit.OnPutEnded(outcome, isBeaten, mayBeStored);
            return;
        }

        Coordinator.Count(outcome, isWrite: true);
        sink.OnWrite(token, result);
    }

    protected override void Leave()
    {
        base.Leave();
        _edit = null;
        _payload.Clear();
    }
}
