using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>
/// One read-modify-write at the node that runs those of its key one at a time: read at a quorum, apply, put. A put that is
/// beaten by a plain write reads again. Not safe while nodes disagree about who is live: two may then run at once.
/// </summary>
internal sealed class EditRun(QuorumCoordinator coordinator) : PendingRequest(coordinator), IDatabaseSink
{
    private readonly ByteBuffer _operand = new(coordinator.Held);
    private readonly ByteBuffer _previousPayload = new(coordinator.Held);
    private readonly ByteBuffer _payload = new(coordinator.Held);
    private EditTerms _terms;
    private EntryHead _previous;
    private Version _seen;
    private Version _put;
    private RequestSite _site;
    private IReplySink _replyTo = null!;
    private OperationId _replyId;
    private int _neededR;
    private int _neededW;
    private int _attempts;
    private bool _isWaiting;
    private bool _mayBeStored;

    public void Begin(in RequestSite site, in EditRequest request, int neededR, int neededW, OperationId replyId, IReplySink replyTo)
    {
        Enter(site, request.Key, request.Options with { Explain = false }, this, 0);
        _site = site;
        _operand.Set(request.Edit.Value);
        _terms = request.Edit.Terms;
        // An edit must see whatever an acknowledged write left, also one that needed only N - W + 1 replicas.
        _neededR = Math.Max(Math.Max(neededR, neededW), site.N / 2 + 1);
        _neededW = neededW;
        (_replyId, _replyTo) = (replyId, replyTo);
        _attempts = 0;
        _mayBeStored = false;
        _isWaiting = true;
        Coordinator.Deadlines.Hang(this, Deadline);
        switch (Coordinator.Edits.Enter(Keyspace, Bytes.Key, this))
        {
            case EditQueue.Place.First:
                OnTurn();
                break;
            case EditQueue.Place.Full:
                Reply(Outcome.Failed(OutcomeKind.Overloaded), applied: false, leaveQueue: false);
                break;
        }
    }

    /// <summary>The edits of this key before this one have ended.</summary>
    public void OnTurn()
    {
        _isWaiting = false;
        Read();
    }

    public void OnRead(ulong token, in ReadResult result)
    {
        if (!result.Outcome.IsOk)
        {
            Fail(result.Outcome);
            return;
        }

        // What beat the last put is not at enough replicas yet: that put is, and must not be made upon itself.
        if (_attempts > 0 && result.Version == _put)
        {
            Reply(result.Outcome, applied: true);
            return;
        }

        if (!Coordinator.HasRoom)
        {
            Fail(Outcome.Failed(OutcomeKind.Overloaded));
            return;
        }

        _previous = result.Entry.Head;
        _previousPayload.Set(result.Entry.Payload);
        _seen = result.Version;
        if (Edit.PayloadLength(Previous) > _previous.ContentTypeLength + (long)Coordinator.Limits.MaxValueBytes)
        {
            Fail(Outcome.Failed(OutcomeKind.TooLarge));
        }
        else if (Edit.AppliesTo(_previous, Coordinator.Loop.WallClock))
        {
            _isWaiting = true;
            Coordinator.Deadlines.Hang(this, Deadline);
            Coordinator.Stamp(this);
        }
        else if (_mayBeStored)
        {
            // What overtook the last put makes the condition fail now, but readers may have seen that put: "not applied" would be a lie.
            Reply(Overtaken, applied: false);
        }
        else
        {
            Reply(result.Outcome, applied: false);
        }
    }

    public override void OnStamped(Version version)
    {
        _isWaiting = false;
        if (version <= _seen) version = Coordinator.Clock.Restamp(_seen.Timestamp, Coordinator.Loop.WallClock);
        _put = version;
        EntryHead head = Edit.Apply(_previous, version, Coordinator.Loop.WallClock);
        Edit.WritePayload(Previous, _payload.Resize((int)Edit.PayloadLength(Previous)));
        Coordinator.PutForEdit(_site, new Entry(head, _payload.Span), Bytes.Key, _neededW, RemainingOptions(), this);
    }

    /// <summary>Its put has ended, well or not.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="isBeaten">Something newer won at so many replicas that W is out of reach.</param>
    /// <param name="mayBeStored">Some replica stored it, or may have.</param>
    public void OnPutEnded(in Outcome outcome, bool isBeaten, bool mayBeStored)
    {
        if (outcome.IsOk)
        {
            Reply(outcome, applied: true);
            return;
        }

        _mayBeStored |= mayBeStored;
        bool again = isBeaten && ++_attempts <= WriteOperation.MaxRestamps && Coordinator.Loop.Now < Deadline;
        if (again) Read();
        else Fail(outcome);
    }

    public override void OnDue()
    {
        // While a read or put of its own is under way, that one's deadline ends this too.
        if (_isWaiting) Fail(Outcome.Failed(OutcomeKind.Overloaded));
    }

    public override void OnLost(int member)
    {
    }

    public void OnWrite(ulong token, in WriteResult result) => throw new InvalidOperationException("An edit's put ends with OnPutEnded.");

    public void OnEdit(ulong token, in EditResult result) => throw new InvalidOperationException("An edit runs no edits.");

    public void OnCount(ulong token, in CountResult result) => throw new InvalidOperationException("An edit counts nothing.");

    public void OnScan(ulong token, in ScanResult result) => throw new InvalidOperationException("An edit scans nothing.");

    private Outcome Overtaken => Outcome.Failed(OutcomeKind.TimedOut) with { Needed = _neededW, Replicas = _site.N };

    private RegisterEdit Edit => new(_terms, _operand.Span);

    /// <summary>What the read found live.</summary>
    private Entry Previous => new(_previous, _previousPayload.Span);

    private void Read() =>
        Coordinator.Read(_site, new ReadCommand(Keyspace, Bytes.Key, RemainingOptions()), _neededR, Fanout.Required, this, 0);

    private RequestOptions RemainingOptions() =>
        Options with { TimeoutMilliseconds = (int)Math.Max(1, Deadline - Coordinator.Loop.Now) };

    private void Fail(in Outcome outcome)
    {
        bool isUnknown = _mayBeStored && outcome.Kind != OutcomeKind.TimedOut;
        Reply(isUnknown ? outcome with { Kind = OutcomeKind.TimedOut } : outcome, applied: false);
    }

    private void Reply(in Outcome outcome, bool applied, bool leaveQueue = true)
    {
        Entry previous = outcome.IsOk && _terms.AnswersPrevious ? Previous : default;
        long number = outcome.IsOk ? Edit.NumberOf(Previous) : 0;
        try
        {
            _replyTo.OnEdit(_replyId, new EditReply(outcome, applied, previous, applied ? _put : Version.None, number));
        }
        finally
        {
            // Also where a session throws at its answer: the key must not stay taken.
            if (leaveQueue) Coordinator.Edits.Leave(Keyspace, Bytes.Key, this);
            Leave();
        }
    }

    protected override void Leave()
    {
        base.Leave();
        _replyTo = null!;
        _operand.Clear();
        _previousPayload.Clear();
        _payload.Clear();
    }
}
