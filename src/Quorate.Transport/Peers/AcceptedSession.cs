using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Versions;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>A connection that another node or a client opened: serves its requests and carries the answers back.</summary>
internal sealed class AcceptedSession(PeerSettings settings, IConnection connection, INodeHost host, Action<AcceptedSession> ended)
    : PeerSession(settings, connection), IReplySink
{
    private PeerRole _role;
    private AskService? _asks;

    public void OnPut(OperationId operation, in PutReply reply)
    {
        if (!HasEnded) PutCodec.WriteReply(Connection.Output, operation, reply);
    }

    public void OnGet(OperationId operation, in GetReply reply)
    {
        if (!HasEnded) GetCodec.WriteReply(Connection.Output, operation, reply);
    }

    public void OnEdit(OperationId operation, in EditReply reply)
    {
        if (!HasEnded) EditCodec.WriteReply(Connection.Output, operation, reply);
    }

    public void OnCount(OperationId operation, in CountReply reply)
    {
        if (!HasEnded) CountCodec.WriteReply(Connection.Output, operation, reply);
    }

    public void OnScan(OperationId operation, in ScanReply reply)
    {
        if (!HasEnded) ScanCodec.WriteReply(Connection.Output, operation, reply);
    }

    public void OnClear(OperationId operation, in ClearReply reply)
    {
        if (!HasEnded) ClearCodec.WriteReply(Connection.Output, operation, reply);
    }

    public override void OnDrained()
    {
        if (!IsPaused) return;
        IsPaused = false;
        Connection.ResumeReading();
    }

    protected override void OnFrame(Frame frame)
    {
        if (!IsUp)
        {
            ShakeHands(frame);
            return;
        }

        Serve(frame);
        if (Connection.PendingOutput > Settings.MaxInFlightBytes)
        {
            IsPaused = true;
            Connection.PauseReading();
        }
    }

    protected override void Expect(MessageType type, ReadOnlySpan<byte> body)
    {
        if (KeyAhead.TryFind(type, body, out ushort keyspace, out ReadOnlySpan<byte> key)) host.Service.Expect(keyspace, key);
    }

    protected override void FetchExpected() => host.Service.FetchExpected();

    protected override void OnEnded(string reason) => ended(this);

    private void ShakeHands(Frame frame)
    {
        if (frame.Type != MessageType.Hello) throw Unexpected(frame);

        string? refusal = Handshake.Judge(host, frame.Body, out Hello? theirs);
        if (refusal is not null)
        {
            HandshakeCodec.WriteRefused(Connection.Output, refusal);
            CloseAfterOutput(refusal);
            return;
        }

        _role = theirs!.Role;
        _asks = new AskService(host, Connection.Output, () => HasEnded);
        HandshakeCodec.Write(Connection.Output, MessageType.Welcome, host.Welcome(theirs));
        IsUp = true;
    }

    private void Serve(Frame frame)
    {
        switch (frame.Type)
        {
            case MessageType.Put:
                PutRequest put = PutCodec.Read(frame.Body, out OperationId operation);
                if (_role == PeerRole.Client) CheckRoomAbove(put.Entry.Head);
                host.Service.Put(put, operation, this);
                break;
            case MessageType.Get:
                GetRequest get = GetCodec.Read(frame.Body, out operation);
                host.Service.Get(get, operation, this);
                break;
            case MessageType.Edit:
                EditRequest edit = EditCodec.Read(frame.Body, out operation);
                host.Service.Edit(edit, operation, this);
                break;
            case MessageType.Count:
                CountRequest count = CountCodec.Read(frame.Body, out operation);
                host.Service.Count(count, operation, this);
                break;
            case MessageType.Scan:
                ScanRequest scan = ScanCodec.Read(frame.Body, out operation);
                host.Service.Scan(scan, operation, this);
                break;
            case MessageType.Clear:
                ClearRequest clear = ClearCodec.Read(frame.Body, out operation);
                if (_role == PeerRole.Client) CheckRoomAbove(clear.Version);
                host.Service.Clear(clear, operation, this);
                break;
            case MessageType.Ask when _role == PeerRole.Client:
                AskRequest ask = AskCodec.Read(frame.Body, out operation);
                CheckRoomAbove(ask.Entry.Head);
                _asks!.Serve(ask, operation);
                break;
            // What is said in a walk is the word of a home replica.
            case MessageType.Walk when _role == PeerRole.Node:
                WalkRequest walk = WalkCodec.Read(frame.Body, out operation);
                WalkCodec.WriteReply(Connection.Output, operation, walk.Step, host.Answer(walk));
                break;
            case MessageType.Ping:
                PingCodec.WritePong(Connection.Output, new Pong(PingCodec.Read(frame.Body), Settings.Loop.WallClock));
                break;
            default:
                throw Unexpected(frame);
        }
    }

    private static void CheckRoomAbove(in EntryHead head)
    {
        CheckRoomAbove(head.Version);
        CheckRoomAbove(head.Expiry.Version);
    }

    private static void CheckRoomAbove(Version version)
    {
        if (!version.Timestamp.LeavesRoom) throw new ProtocolException($"a client's version of {version.Timestamp.Milliseconds} ms leaves no room for later ones");
    }
}
