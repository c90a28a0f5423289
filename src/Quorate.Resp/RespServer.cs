using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;
using Quorate.Resp.Sessions;

namespace Quorate.Resp;

/// <summary>What the Redis clients of one node share. Loop-side; give <see cref="On"/> to INetwork.Listen.</summary>
public sealed class RespServer(IDatabase database, INodeAdmin admin, ILoop loop, Limits limits, RespLimits? respLimits = null)
{
    private readonly SortedDictionary<long, RespSession> _sessions = [];
    private long _lastId;

    public IDatabase Database => database;

    public INodeAdmin Admin => admin;

    public ILoop Loop => loop;

    public Limits Limits => limits;

    public RespLimits RespLimits { get; } = respLimits ?? RespLimits.For(limits);

    public Channels Channels { get; } = new();

    public ReplyBufferPool Buffers { get; } = new();

    /// <summary>Open connections, the oldest first.</summary>
    public IReadOnlyCollection<RespSession> Sessions => _sessions.Values;

    public long ConnectionsAccepted => _lastId;

    public long CommandsProcessed { get; internal set; }

    /// <summary>What gives each connection to a listener its session.</summary>
    /// <exception cref="ArgumentException">There is no such keyspace.</exception>
    public Func<IConnection, ISession> On(RespListener listener)
    {
        string name = listener.Keyspace ?? KeyspaceTable.DefaultName;
        if (!database.Keyspaces.TryFind(name, out int keyspace))
            throw new ArgumentException($"The listener {listener.Address} is bound to the keyspace '{name}', which is not configured.");

        return connection =>
        {
            var session = new RespSession(this, listener, new ClientState(++_lastId, keyspace), connection);
            _sessions.Add(session.Client.Id, session);
            return session;
        };
    }

    internal void Remove(RespSession session) => _sessions.Remove(session.Client.Id);
}
