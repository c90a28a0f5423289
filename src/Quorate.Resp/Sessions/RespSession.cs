using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Resp.Commands;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;

namespace Quorate.Resp.Sessions;

/// <summary>
/// One client's connection: finds commands in its bytes, starts each as soon as it may, and puts the replies in order.
/// What the commands do is theirs.
/// </summary>
public sealed class RespSession : ISession
{
    /// <summary>Connections with less unread are not counted: it would cost each command something, and they are bounded by number.</summary>
    private const long ManyBytes = 1024 * 1024;

    private readonly IConnection _connection;
    private readonly RespPipeline _pipeline;
    private readonly ReplyRing _ring;
    private readonly CommandGate _gate;
    private readonly Action _onRoom;
    private bool _isEnding;
    private bool _isClosed;

    internal RespSession(RespServer server, RespListener listener, ClientState client, IConnection connection)
    {
        Server = server;
        Listener = listener;
        Client = client;
        Subscriptions = new Subscriptions(this);
        ConnectedAt = LastActiveAt = server.Loop.Now;
        _connection = connection;
        _pipeline = new RespPipeline(server.RespLimits);
        _ring = new ReplyRing(connection.Output, server.Buffers);
        _gate = new CommandGate(_ring, server.RespLimits);
        Results = new SessionResults(this, _ring);
        _onRoom = OnRoom;
    }

    internal RespServer Server { get; }

    internal RespListener Listener { get; }

    internal ClientState Client { get; }

    internal Subscriptions Subscriptions { get; }

    /// <summary>Takes what its requests come to.</summary>
    internal SessionResults Results { get; }

    internal string RemoteAddress => _connection.RemoteAddress;

    internal bool IsClosed => _isClosed;

    /// <summary>It takes no further commands: QUIT, a protocol error, or it is closed.</summary>
    internal bool IsEnding => _isEnding;

    /// <summary>Something is still to be said to a client that itself has ended.</summary>
    public bool AwaitsReplies => !_ring.IsEmpty || _gate.IsWaiting;

    /// <summary>The loop's ms.</summary>
    internal long ConnectedAt { get; }

    /// <summary>The loop's ms.</summary>
    internal long LastActiveAt { get; private set; }

    /// <summary>Bytes of replies that have not left.</summary>
    internal long ReplyBytes => _ring.BufferedBytes + _connection.PendingOutput;

    /// <summary>What the server counts of them.</summary>
    internal long UnreadBytes { get; private set; }

    /// <inheritdoc/>
    public int OnBytes(ReadOnlySpan<byte> bytes, out int wanted)
    {
        int taken = Take(bytes, out wanted);
        CountUnread();
        return taken;
    }

    /// <inheritdoc/>
    public void OnDrained()
    {
        CountUnread();
        GoOn();
    }

    /// <inheritdoc/>
    public void OnClosed(string reason)
    {
        _isClosed = _isEnding = true;
        Subscriptions.Clear();
        Server.Remove(this);
        _ring.Clear();
        CountUnread(0);
        Server.RunningBytes -= _gate.RequestBytes;
    }

    /// <summary>Answers what runs, then closes; whatever else comes in is not looked at.</summary>
    internal void CloseAfterReplies()
    {
        _isEnding = true;
        if (_ring.IsEmpty) _connection.Close();
    }

    /// <summary>Closes without an answer, as Redis does to what looks like a web page's request.</summary>
    internal void Abort()
    {
        _isEnding = true;
        CountUnread(0);
        _connection.Abort();
    }

    /// <summary>Whatever writes much calls this when it has.</summary>
    internal void CountUnread()
    {
        long unread = ReplyBytes;
        if ((unread >= ManyBytes || UnreadBytes > 0) && !_isEnding) CountUnread(unread >= ManyBytes ? unread : 0);
    }

    private void CountUnread(long unread)
    {
        Server.UnreadBytes += unread - UnreadBytes;
        UnreadBytes = unread;
    }

    /// <summary>It did what no session may: it ends, and no other one does.</summary>
    internal void Break(Exception failure)
    {
        Server.Log($"session of {RemoteAddress} failed: {failure}");
        Abort();
    }

    /// <summary>For a reply that takes no time: it goes behind the replies still pending.</summary>
    internal RespWriter ReplyNow() => Client.ReplyMode == ReplyMode.On ? PushNow() : new RespWriter(Server.NoOutput, Client.Protocol);

    /// <summary>For a message that the client gets whatever it said of replies; behind the replies still pending.</summary>
    internal RespWriter PushNow() => new(_ring.BeginAtEnd(), Client.Protocol);

    private int Take(ReadOnlySpan<byte> bytes, out int wanted)
    {
        wanted = 1;
        LastActiveAt = Server.Loop.Now;
        int taken = 0;
        while (taken < bytes.Length && !_isEnding)
        {
            ReadOnlySpan<byte> rest = bytes[taken..];
            RespReader command = _pipeline.Current;
            ParseStep step = command.Read(rest);
            if (step == ParseStep.NeedMore)
            {
                wanted = command.Wanted;
                return taken;
            }

            if (step == ParseStep.Malformed)
            {
                ReplyNow().Error("ERR " + command.Problem);
                CloseAfterReplies();
                break;
            }

            if (_pipeline.Ahead == 0) Expect(rest[command.Length..]);
            if (!_gate.HasRoom(_connection.PendingOutput, Server.HasRoom) || !TryRun(command.ArgumentsIn(rest)))
            {
                _connection.PauseReading();
                if (_gate.WaitsForNode) Server.WhenRoom(_onRoom);
                return taken;
            }

            Client.EndCommand();
            taken += command.Length;
            _pipeline.Take();
        }

        return _isEnding ? bytes.Length : taken;
    }

    /// <summary>
    /// Of a pipeline the replica here learns the keys before the first of them is looked up (docs/performance.md). A guess: nearly
    /// always the first word after the command's name is its key.
    /// </summary>
    private void Expect(ReadOnlySpan<byte> commands)
    {
        if (commands.IsEmpty || Server.Database.Foresight is not { } foresight) return;
        while (_pipeline.Ahead < IForesight.Window && _pipeline.TryReadAhead(commands, out RespReader command))
        {
            Arguments words = command.ArgumentsIn(commands);
            if (words.Count > 1) foresight.Expect((ushort)Client.Keyspace, words[1]);
            commands = commands[command.Length..];
        }

        foresight.FetchExpected();
    }

    /// <summary>Runs the command, or returns false where it has to wait and come again.</summary>
    private bool TryRun(Arguments arguments)
    {
        if (arguments.Count == 0) return true;

        // 1. Which command, with which options.
        RequestOptions options = Client.Options;
        if (!Dispatcher.TryResolve(ref arguments, ref options, this, out CommandSpec? spec)) return true;

        // 2. Not before what it must see.
        ulong key = 0;
        bool isAdmitted = spec.Is(CommandFlags.RunsAlone) ? _gate.AdmitsAlone()
            : spec.Keys.First == 0 || AdmitsKeys(spec, arguments, ref key);
        if (!isAdmitted) return false;

        // 3. Now.
        Client.LastCommand = spec.Name;
        Server.CommandsProcessed++;
        spec.Handler!(new CommandContext(this, spec, arguments, options, key));
        return true;
    }

    private bool AdmitsKeys(CommandSpec spec, Arguments arguments, ref ulong key)
    {
        int count = spec.Keys.CountAmong(arguments.Count);
        if (count == 1)
        {
            key = KeyHash.Of((ulong)Client.Keyspace, arguments[spec.Keys.First]);
            return _gate.Admits(key, spec.Access);
        }

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> next = arguments[spec.Keys.First + i * spec.Keys.Step];
            if (!_gate.AdmitsAmongMany(KeyHash.Of((ulong)Client.Keyspace, next), spec.Access)) return false;
        }

        return true;
    }

    /// <summary>A place for a command on one key, and the token its result comes with.</summary>
    internal ulong Begin(ReplyShape shape, ulong key, KeyAccess access)
    {
        uint sequence = Add();
        ref PendingReply reply = ref _ring[sequence];
        reply.Shape = shape;
        reply.KeyHash = key;
        reply.Access = access;
        if (access != KeyAccess.None) _gate.Hold(key, access);
        return sequence;
    }

    /// <summary>A place for a command of several requests.</summary>
    internal uint Begin(CompoundCommand command)
    {
        uint sequence = Add();
        _ring[sequence].Compound = command;
        return sequence;
    }

    /// <summary>Holds a key of a command of several requests; false where it is held already: by the same command, as others were waited for.</summary>
    internal bool Hold(ulong key, KeyAccess access)
    {
        bool isFirst = access == KeyAccess.Read || !_gate.IsHeld(key);
        _gate.Hold(key, access);
        return isFirst;
    }

    internal void Release(ulong key, KeyAccess access) => _gate.Release(key, access);

    internal ReplyBuffer RentBuffer() => Server.Buffers.Rent(_ring);

    internal RespWriter WriterOf(uint sequence)
    {
        PendingReply reply = _ring[sequence];
        return new RespWriter(reply.IsMuted ? Server.NoOutput : _ring.Begin(sequence), reply.Protocol);
    }

    internal bool HasRoomFor(int bytes) => bytes == 0 || ReplyBytes + bytes <= Server.RespLimits.MaxReplyBytes;

    internal void Complete(uint sequence)
    {
        ref PendingReply reply = ref _ring[sequence];
        if (reply.Access != KeyAccess.None) _gate.Release(reply.KeyHash, reply.Access);
        _gate.Leave(reply.RequestBytes);
        Server.RunningBytes -= reply.RequestBytes;
        _ring.Complete(sequence);
        CountUnread();
        if (Server.UnreadBytes > Server.RespLimits.MaxUnreadBytes) Server.CloseSlowest();
        if (_isEnding)
        {
            if (_ring.IsEmpty) _connection.Close();
        }
        else
        {
            GoOn();
        }
    }

    private uint Add()
    {
        uint sequence = _ring.Add();
        ref PendingReply reply = ref _ring[sequence];
        reply.Protocol = Client.Protocol;
        reply.RequestBytes = _pipeline.Current.Length;
        reply.IsMuted = Client.ReplyMode != ReplyMode.On;
        _gate.Enter(reply.RequestBytes);
        Server.RunningBytes += reply.RequestBytes;
        return sequence;
    }

    private void OnRoom()
    {
        if (!_isClosed && _gate.TryOpenForNode()) _connection.ResumeReading();
    }

    /// <summary>The last thing to do in a call: bytes may come in at once.</summary>
    private void GoOn()
    {
        if (_gate.TryOpen(_connection.PendingOutput)) _connection.ResumeReading();
    }
}
