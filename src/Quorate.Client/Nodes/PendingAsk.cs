using System.Runtime.CompilerServices;
using Quorate.Coordinator;
using Quorate.Coordinator.Requests;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Client.Nodes;

/// <summary>One request that nodes coordinate: does what <see cref="AskOperation"/> says. Pooled; owns key and value until it ends.</summary>
internal sealed class PendingAsk(NodeRouting routing) : RequestSlot
{
    /// <summary>One node should be enough, and each further one is a chance more: beyond these it is for the caller to try again.</summary>
    private const int MostAsked = 8;

    /// <summary>A node that is slower than this is not slow but silent.</summary>
    private const int SilentMilliseconds = LatencyEstimate.MostLate / 1000;

    /// <summary>Left for the answer's way at most: a node that gives up says more than its silence does.</summary>
    private const int MostSpareMilliseconds = 10;

    private readonly AskOperation _operation = new();
    private readonly RequestBytes _bytes = new(routing.Held);
    private AskKind _kind;
    private ushort _keyspace;
    private int _partition;
    private RequestOptions _options;
    private EntryHead _head;
    private bool _isAboveAcknowledged;
    private EditTerms _edit;
    private IDatabaseSink _sink = null!;
    private ulong _token;
    private long _deadline;
    private Attempts _attempts;
    private int _attempted;
    private Verdicts _verdicts;

    public void Begin(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        Enter(AskKind.Read, command.Keyspace, command.Key, command.Options, sink, token);
        Begin(mayRepeat: true, command.Options.R, routing.Keyspaces[command.Keyspace].R);
    }

    public void Begin(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        Enter(AskKind.Write, command.Keyspace, command.Key, command.Options, sink, token);
        _bytes.SetPayload(command.ContentType, command.Value);
        _head = new EntryHead(command.Kind, routing.Stamp(), Expiry.At(command.ExpiresAt), (byte)command.ContentType.Length);
        _isAboveAcknowledged = false;
        Begin(mayRepeat: true, command.Options.W, routing.Keyspaces[command.Keyspace].W);
    }

    public void Begin(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        Enter(AskKind.Edit, command.Keyspace, command.Key, command.Options, sink, token);
        _bytes.SetPayload(command.Edit.Value);
        _edit = command.Edit.Terms;
        Begin(mayRepeat: false, command.Options.W, routing.Keyspaces[command.Keyspace].W);
    }

    /// <param name="attempt">Which of the nodes that this round asked.</param>
    /// <param name="reply">What that one says.</param>
    public void OnReply(int attempt, in AskReply reply)
    {
        if (attempt >= _attempted || !_attempts[attempt].IsPending) return;
        _attempts[attempt].IsPending = false;
        routing.NoteLatency(_attempts[attempt].Member, _attempts[attempt].Timestamp);
        if (reply.Outcome.IsOk)
        {
            End(reply);
            return;
        }

        _operation.RecordFailure(reply.Outcome, _kind == AskKind.Write ? new Stamp(reply.Version, reply.Flag) : default);
        Advance();
    }

    /// <summary>Another node can be asked, or one again.</summary>
    public void OnConnected()
    {
        if (_operation.IsIdle) _attempted = 0;
        _operation.NoticeSomebody();
        Advance();
    }

    public void OnLost(int member)
    {
        bool isConcerned = false;
        foreach (ref Attempt attempt in Made)
        {
            if (attempt.Member != member || !attempt.IsPending) continue;
            attempt.IsPending = false;
            isConcerned = true;
            Note(member, Verdict.Lost);
            _operation.RecordLost();
        }

        if (isConcerned) Advance();
    }

    public override void OnDue()
    {
        if (routing.Now >= _deadline)
        {
            _operation.Expire();
        }
        else
        {
            foreach (ref Attempt attempt in Made)
            {
                if (attempt.IsPending && routing.Now - attempt.Sent >= SilentMilliseconds) routing.NoteSilence(attempt.Member);
            }

            _operation.NoticeLate();
            HangUp(SilentMilliseconds);
        }

        Advance();
    }

    private Span<Attempt> Made => ((Span<Attempt>)_attempts)[.._attempted];

    private void Enter(AskKind kind, int keyspace, ReadOnlySpan<byte> key, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        (_kind, _keyspace, _options, _sink, _token) = (kind, (ushort)keyspace, options, sink, token);
        _bytes.SetKey(key);
        _partition = Partition.Of(key);
        _deadline = routing.Now + options.Timeout;
        _attempted = 0;
        _verdicts = default;
    }

    private void Begin(bool mayRepeat, ConsistencyLevel asked, ConsistencyLevel usual)
    {
        int replicas = routing.Keyspaces[_keyspace].ReplicasAmong(routing.Topology.Members.Length);
        int needed = (asked.IsDefault ? usual : asked).Required(replicas);
        _operation.Begin(mayRepeat, needed, replicas);
        Advance();
    }

    private void Advance()
    {
        AskStep step;
        while ((step = _operation.Next()) is AskStep.Ask or AskStep.Restamp)
        {
            if (step == AskStep.Ask) AskOne();
            else Restamp();
        }

        if (step == AskStep.Fail) End(new AskReply(_operation.Failure(_verdicts), Version.None, default, false, 0));
    }

    private void Restamp()
    {
        _head = _head with { Version = routing.Restamp(_operation.Beaten.Version) };
        _isAboveAcknowledged = _operation.Beaten.IsAboveAcknowledged;
        _attempted = 0;
        _verdicts = default;
        routing.Renumber(this);
        _operation.BeginRound();
    }

    private void AskOne()
    {
        if (_attempted == MostAsked || routing.PickNode(_partition, Made) is not { } member)
        {
            routing.NoteUnreachable(_partition, ref _verdicts);
            _operation.NoticeNobodyLeft();
            return;
        }

        AskedNode node = routing[member]!;
        _attempts[_attempted] = new Attempt(member, routing.Timestamp, routing.Now);
        _operation.NoticeAsked();
        Note(member, Verdict.Pending);
        HangUp(_kind == AskKind.Read ? node.LateMilliseconds : SilentMilliseconds);
        if (node.Peer.Ask(Request, new OperationId(Slot, Round, (ushort)_attempted++))) return;

        _attempts[_attempted - 1].IsPending = false;
        Note(member, Verdict.Overloaded);
        _operation.RecordFailure(Outcome.Failed(OutcomeKind.Overloaded), default);
    }

    private AskRequest Request
    {
        get
        {
            long left = _deadline - routing.Now;
            RequestOptions options = _options with { TimeoutMilliseconds = (int)Math.Max(1, left - Math.Min(left / 10, MostSpareMilliseconds)) };
            return _kind switch
            {
                AskKind.Write => new AskRequest(_kind, _keyspace, _bytes.Key, options, new Entry(_head, _bytes.Payload), _isAboveAcknowledged, default),
                AskKind.Edit => new AskRequest(_kind, _keyspace, _bytes.Key, options, default, false, new RegisterEdit(_edit, _bytes.Payload)),
                _ => new AskRequest(_kind, _keyspace, _bytes.Key, options, default, false, default),
            };
        }
    }

    private void HangUp(int lateMilliseconds) => routing.Deadlines.Hang(this, Math.Min(routing.Now + lateMilliseconds, _deadline));

    private void Note(int member, Verdict verdict)
    {
        int rank = routing.Topology.PreferenceListOf(_partition).RankOf(member);
        if (rank is >= 0 and < ReplicaSet.MaxReplicas) _verdicts[rank] = verdict;
    }

    private void End(in AskReply reply)
    {
        (IDatabaseSink sink, ulong token) = (_sink, _token);
        var location = new Location(routing.Topology, _partition);
        Version version = _kind == AskKind.Write ? _head.Version : reply.Version;
        _sink = null!;
        _bytes.Clear();
        routing.Release(this, version);
        switch (_kind)
        {
            case AskKind.Read:
                sink.OnRead(token, new ReadResult(reply.Outcome, location, reply.Entry, version, (int)reply.Number, null) { Horizon = reply.Horizon });
                break;
            case AskKind.Write:
                sink.OnWrite(token, new WriteResult(reply.Outcome, location, version, null));
                break;
            case AskKind.Edit:
                sink.OnEdit(token, new EditResult(new EditReply(reply.Outcome, reply.Flag, reply.Entry, version, reply.Number), location, null));
                break;
        }
    }

    /// <summary>A node that was asked.</summary>
    /// <param name="Member">Which.</param>
    /// <param name="Timestamp">For its latency.</param>
    /// <param name="Sent">On <see cref="NodeRouting.Now"/>.</param>
    internal record struct Attempt(int Member, long Timestamp, long Sent)
    {
        public bool IsPending = true;
    }

    [InlineArray(MostAsked)]
    private struct Attempts
    {
        private Attempt _first;
    }
}
