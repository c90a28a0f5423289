using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Info;

/// <summary>A line of Redis' configuration, as far as clients ask for it at start.</summary>
/// <param name="Name">Redis' own.</param>
/// <param name="Value">As CONFIG GET tells it.</param>
/// <param name="IsHarmless">Changes nothing that a client could miss here: CONFIG SET takes it and leaves it as it is.</param>
internal sealed record Setting(string Name, string Value, bool IsHarmless = false)
{
    public static Setting[] AllFor(RespSession session) => AllFor(session, session.Server.Admin.Status().Durability);

    private static Setting[] AllFor(RespSession session, string durability) =>
    [
        new("appendfsync", durability == "fsync" ? "always" : "everysec"),
        new("appendonly", HasLog(durability) ? "yes" : "no"),
        new("bind", Host(session.Listener.Address)),
        new("client-output-buffer-limit", $"normal 0 0 0 slave 0 0 0 pubsub {session.Server.RespLimits.MaxPushBytes} 0 0"),
        new("cluster-enabled", session.Listener.IsCluster ? "yes" : "no"),
        new("databases", session.Listener is { IsCluster: false, Keyspace: null } ? $"{KeyspaceTable.RedisDatabases}" : "1"),
        new("hz", "10", IsHarmless: true),
        new("io-threads", "1"),
        new("latency-monitor-threshold", "0", IsHarmless: true),
        new("loglevel", "notice", IsHarmless: true),
        new("lua-time-limit", "5000", IsHarmless: true),
        new("maxclients", $"{session.Server.RespLimits.MaxConnections}"),
        new("maxmemory", "0"),
        new("maxmemory-policy", "noeviction", IsHarmless: true),
        new("notify-keyspace-events", ""),
        new("port", Port(session.Listener.Address)),
        new("proto-max-bulk-len", $"{session.Server.Limits.MaxValueBytes}"),
        new("replica-read-only", "yes", IsHarmless: true),
        new("requirepass", ""),
        new("save", "", IsHarmless: true),
        new("slave-read-only", "yes", IsHarmless: true),
        new("slowlog-log-slower-than", "10000", IsHarmless: true),
        new("slowlog-max-len", "128", IsHarmless: true),
        new("stop-writes-on-bgsave-error", "yes", IsHarmless: true),
        new("tcp-keepalive", "300", IsHarmless: true),
        new("timeout", "0", IsHarmless: true),
    ];

    /// <summary>Whether a node of this <see cref="NodeStatus.Durability"/> writes a log: it is what Redis' append-only file is.</summary>
    public static bool HasLog(string durability) => durability != "memory";

    public static string Host(string address) => address[..Math.Max(address.LastIndexOf(':'), 0)].Trim('[', ']');

    public static string Port(string address) => address[(address.LastIndexOf(':') + 1)..];
}
