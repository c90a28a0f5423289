using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;
using Quorate.Resp.Sessions;

namespace Quorate.Resp;

/// <summary>What the Redis clients of one node share. Loop-side; give <see cref="On"/> to INetwork.Listen.</summary>
public sealed class RespServer
{
    /// <summary>Load above which clients wait. The rest is for what running commands still ask, and other nodes.</summary>
    private const double WaitAbove = 0.5;

    /// <summary>Load below which they go on: well below, because stopping and starting a connection costs a call each.</summary>
    private const double ResumeBelow = 0.25;

    /// <summary>Each may start its whole pipeline, so a few fill the room; the others keep their place.</summary>
    private const int MaxResumedPerTurn = 64;

    private readonly SortedDictionary<long, RespSession> _sessions = [];
    private readonly Queue<Action> _waiting = new();
    private long _lastId;
    private long _drawn;

    /// <summary>Listens to nobody yet: that begins with <see cref="On"/>.</summary>
    /// <param name="database">Runs what the clients ask; on the same loop.</param>
    /// <param name="admin">Answers what they ask about the node itself.</param>
    /// <param name="loop">All of this happens on it.</param>
    /// <param name="limits">Of keys and values: what a command may carry.</param>
    /// <param name="respLimits">Of connections; null is what <see cref="RespLimits.For"/> makes of the others.</param>
    /// <param name="log">Takes <see cref="Log"/>'s lines; null drops them.</param>
    public RespServer(IDatabase database, INodeAdmin admin, ILoop loop, Limits limits, RespLimits? respLimits = null, Action<string>? log = null)
    {
        (Database, Admin, Loop, Limits) = (database, admin, loop, limits);
        RespLimits = respLimits ?? RespLimits.For(limits);
        Log = log ?? (_ => { });
        loop.TurnEnding += ResumeWaiting;
        loop.TurnEnding += CloseSlowest;
    }

    /// <summary>Takes a line for each session that failed, and for each connection closed for what it left unread.</summary>
    internal Action<string> Log { get; }

    internal IDatabase Database { get; }

    internal INodeAdmin Admin { get; }

    internal ILoop Loop { get; }

    internal Limits Limits { get; }

    internal RespLimits RespLimits { get; }

    internal Channels Channels { get; } = new();

    internal ReplyBufferPool Buffers { get; } = new();

    internal NoOutput NoOutput { get; } = new();

    /// <summary>Whether a further command should start; where not, ask for <see cref="WhenRoom"/>.</summary>
    internal bool HasRoom => Database.Load < WaitAbove && RunningBytes <= RespLimits.MaxRunningBytes;

    /// <summary>Open connections, the oldest first.</summary>
    public IReadOnlyCollection<RespSession> Sessions => _sessions.Values;

    /// <summary>Connections that got a session, since the start; those refused are not among them.</summary>
    public long ConnectionsAccepted => _lastId;

    /// <summary>Connections that were one too many: told so and closed.</summary>
    public long ConnectionsRefused { get; private set; }

    /// <summary>Connections closed because all clients left too much unread, and theirs the most.</summary>
    public long ConnectionsEvicted { get; private set; }

    /// <summary>Connections closed because a subscriber left more than <see cref="RespLimits.MaxPushBytes"/> unread.</summary>
    public long SubscribersClosed { get; private set; }

    /// <summary>Commands that were started, however they ended; not those unknown, or with too few or too many words.</summary>
    public long CommandsProcessed { get; internal set; }

    /// <summary>
    /// What gives each connection to a listener its session; one beyond <see cref="RespLimits.MaxConnections"/> is told so and
    /// closed.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such keyspace.</exception>
    public Func<IConnection, ISession> On(RespListener listener)
    {
        string name = listener.Keyspace ?? KeyspaceTable.DefaultName;
        if (!Database.Keyspaces.TryFind(name, out int keyspace))
            throw new ArgumentException($"The listener {listener.Address} is bound to the keyspace '{name}', which is not configured.");

        return connection =>
        {
            if (_sessions.Count >= RespLimits.MaxConnections) return Refuse(connection);
            var session = new RespSession(this, listener, new ClientState(++_lastId, keyspace), connection);
            _sessions.Add(session.Client.Id, session);
            return session;
        };
    }

    /// <summary>Nobody is listened to any more; what runs is answered, and then its connection is closed.</summary>
    public void Close()
    {
        foreach (RespSession session in _sessions.Values.ToArray()) session.CloseAfterReplies();
    }

    /// <summary>Bytes of all commands that run.</summary>
    internal long RunningBytes { get; set; }

    /// <summary>Bytes of replies that have not left, of the connections with many.</summary>
    internal long UnreadBytes { get; set; }

    /// <summary>Closes whoever has the most unread, until the rest is within bounds.</summary>
    internal void CloseSlowest()
    {
        while (UnreadBytes > RespLimits.MaxUnreadBytes && _sessions.Values.MaxBy(session => session.UnreadBytes) is { UnreadBytes: > 0 } slowest)
        {
            Log($"closing the connection of {slowest.RemoteAddress}: {slowest.UnreadBytes} bytes of its replies are unread, {UnreadBytes} on this node");
            ConnectionsEvicted++;
            slowest.Abort();
        }
    }

    /// <summary>Closes who does not keep up with what is published. It may be named twice: it listens to the channel and to patterns.</summary>
    internal void CloseSlowSubscriber(RespSession subscriber)
    {
        if (subscriber.IsEnding) return;
        Log($"closing the connection of {subscriber.RemoteAddress}: a subscriber with {subscriber.ReplyBytes} bytes unread, of {RespLimits.MaxPushBytes} allowed");
        SubscribersClosed++;
        subscriber.Abort();
    }

    /// <summary>Calls once, in a later turn, in the order of asking.</summary>
    internal void WhenRoom(Action goOn) => _waiting.Enqueue(goOn);

    /// <summary>Some place in the order of a scan, another each time.</summary>
    internal ScanPoint DrawPoint()
    {
        ulong drawn = KeyHash.Of((ulong)++_drawn, BitConverter.GetBytes(Loop.Time.GetTimestamp()));
        return new ScanPoint((int)(drawn % (ulong)Partition.Count), drawn >> 16);
    }

    internal void Remove(RespSession session) => _sessions.Remove(session.Client.Id);

    private RefusedSession Refuse(IConnection connection)
    {
        ConnectionsRefused++;
        return new RefusedSession(connection, "ERR max number of clients reached");
    }

    /// <summary>Not at once: what is written now would leave before it is logged.</summary>
    private void ResumeWaiting()
    {
        for (int resumed = 0; resumed < MaxResumedPerTurn && _waiting.Count > 0 && HasMuchRoom(); resumed++) Loop.Post(_waiting.Dequeue());
    }

    private bool HasMuchRoom() => Database.Load < ResumeBelow && RunningBytes <= RespLimits.MaxRunningBytes / 2;
}
