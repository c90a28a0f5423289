using System.Buffers.Binary;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>A connection that this node opened: carries its requests, takes the answers, measures the other's clock.</summary>
internal sealed class DialledSession : PeerSession, IPeer
{
    private readonly PeerDialler _dialler;
    private readonly InFlightBytes _inFlight;
    private readonly ClockOffset _clockOffset = new();
    private Hello? _theirs;

    public DialledSession(PeerSettings settings, IConnection connection, PeerDialler dialler)
        : base(settings, connection)
    {
        _dialler = dialler;
        _inFlight = new InFlightBytes(settings.MaxInFlightBytes);
        HandshakeCodec.Write(connection.Output, MessageType.Hello, Host.Hello);
    }

    public string Address => _dialler.Address;

    public Hello Hello => _theirs ?? throw new InvalidOperationException($"{Address} has not said hello yet.");

    public long? ClockOffset => _clockOffset.At(Settings.Loop.Now, Settings.Loop.WallClock);

    /// <summary>One request is taken however large it is.</summary>
    public Gauge Unanswered => new($"bytes unanswered by {Address}", _inFlight.Total, Math.Max(Settings.MaxInFlightBytes, Settings.MaxRequestSize));

    public bool IsReachable => IsUp && !HasEnded;

    public void Put(in PutRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, request.Key.Length + request.Entry.Payload.Length);
        if (refusal == Verdict.None) PutCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnPut(operation, new PutReply(refusal, Version.None, 0));
    }

    public void Get(in GetRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, request.Key.Length);
        if (refusal == Verdict.None) GetCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnGet(operation, GetReply.Refused(refusal, 0));
    }

    public void Edit(in EditRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, request.Key.Length + request.Edit.Value.Length);
        if (refusal == Verdict.None) EditCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnEdit(operation, Refused(refusal));
    }

    public void Count(in CountRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, 0);
        if (refusal == Verdict.None) CountCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnCount(operation, CountReply.Refused(refusal));
    }

    public void Scan(in ScanRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, 0);
        if (refusal == Verdict.None) ScanCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnScan(operation, ScanReply.Refused(refusal));
    }

    public void Clear(in ClearRequest request, OperationId operation)
    {
        Verdict refusal = Admit(operation, 0);
        if (refusal == Verdict.None) ClearCodec.Write(Connection.Output, operation, request);
        else Host.Replies.OnClear(operation, ClearReply.Refused(refusal, 0));
    }

    public bool Walk(WalkRequest request, OperationId operation)
    {
        if (Admit(operation, request.Nodes.Length * sizeof(ushort) + request.Held.Length * sizeof(uint)) != Verdict.None) return false;
        WalkCodec.Write(Connection.Output, operation, request);
        return true;
    }

    public bool Ask(in AskRequest request, OperationId operation)
    {
        if (Admit(operation, request.Key.Length + request.Entry.Payload.Length + request.Edit.Value.Length) != Verdict.None) return false;
        AskCodec.Write(Connection.Output, operation, request);
        return true;
    }

    public void Drop(string reason) => End(reason);

    public override void Tick()
    {
        base.Tick();
        if (IsReachable) Ping();
    }

    protected override void OnFrame(Frame frame)
    {
        if (IsUp) TakeAnswer(frame);
        else ShakeHands(frame);
    }

    protected override void Expect(MessageType type, ReadOnlySpan<byte> body)
    {
        if (type is not (MessageType.PutReply or MessageType.GetReply) || body.Length < sizeof(ulong)) return;
        var operation = OperationId.Unpack(BinaryPrimitives.ReadUInt64LittleEndian(body));
        _inFlight.Expect(operation);
        Host.Replies.Expect(operation);
    }

    protected override void FetchExpected() => Host.Replies.FetchExpected();

    protected override void OnEnded(string reason)
    {
        if (IsUp) Host.OnDown(this, reason);
        else Host.OnRefused(Address, reason);
        _dialler.Ended(wasUp: IsUp);
    }

    private void ShakeHands(Frame frame)
    {
        if (frame.Type == MessageType.Refused)
        {
            End($"refused: {HandshakeCodec.ReadRefused(frame.Body)}");
            return;
        }

        if (frame.Type != MessageType.Welcome) throw Unexpected(frame);
        string? refusal = Handshake.Judge(Host, frame.Body, out _theirs);
        if (refusal is not null)
        {
            End(refusal);
            return;
        }

        IsUp = true;
        // Before the first requests: until its peers' clocks are heard, a node has only its own to trust.
        Ping();
        Host.OnUp(this);
    }

    private void TakeAnswer(Frame frame)
    {
        OperationId operation;
        switch (frame.Type)
        {
            case MessageType.PutReply:
                PutReply put = PutCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnPut(operation, put);
                break;
            case MessageType.GetReply:
                GetReply get = GetCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnGet(operation, get);
                break;
            case MessageType.EditReply:
                EditReply edit = EditCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnEdit(operation, edit);
                break;
            case MessageType.CountReply:
                CountReply count = CountCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnCount(operation, count);
                break;
            case MessageType.ScanReply:
                ScanReply scan = ScanCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnScan(operation, scan);
                break;
            case MessageType.ClearReply:
                ClearReply clear = ClearCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.Replies.OnClear(operation, clear);
                break;
            case MessageType.WalkReply:
                WalkReply walk = WalkCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.OnWalked(operation, walk);
                break;
            case MessageType.AskReply:
                AskReply asked = AskCodec.ReadReply(frame.Body, out operation);
                _inFlight.Remove(operation);
                Host.OnAsked(this, operation, asked);
                break;
            case MessageType.Pong:
                Pong pong = PingCodec.ReadPong(frame.Body);
                _clockOffset.Record(pong.Ping.Sent, Settings.Loop.Now, pong.Wall);
                break;
            default:
                throw Unexpected(frame);
        }
    }

    /// <summary>Why a request is not sent, or <see cref="Verdict.None"/> once it is counted as in flight.</summary>
    private Verdict Admit(OperationId operation, int keyAndValueBytes)
    {
        long size = Frame.SizeOfRequest(keyAndValueBytes);
        if (!IsReachable) return Verdict.NotConnected;
        if (size > Settings.MaxRequestSize) return Verdict.TooLarge;

        // Answers to requests that have not left can only be made up, and must not make room for more.
        bool isBlocked = Connection.PendingOutput > Settings.MaxInFlightBytes;
        return isBlocked || !_inFlight.TryAdd(operation, size) ? Verdict.Overloaded : Verdict.None;
    }

    private static EditReply Refused(Verdict verdict) =>
        new(Outcome.Failed(KindOf(verdict)), false, new Entry(default, default), Version.None);

    private static OutcomeKind KindOf(Verdict refusal) => refusal switch
    {
        Verdict.NotConnected => OutcomeKind.Unavailable,
        Verdict.TooLarge => OutcomeKind.TooLarge,
        _ => OutcomeKind.Overloaded,
    };

    private void Ping() => PingCodec.Write(Connection.Output, new Ping(Settings.Loop.Now));
}
