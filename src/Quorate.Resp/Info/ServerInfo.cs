using System.Runtime.InteropServices;
using System.Text;
using Quorate.Coordinator;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Info;

/// <summary>INFO: the sections that Redis' tools read, with what is true here, and one of our own.</summary>
internal static class ServerInfo
{
    /// <summary>Clients switch features by it: the newest whose commands for connections are answered here.</summary>
    public const string RedisVersion = "7.2.0";

    private static readonly (string Name, Action<StringBuilder, RespSession, NodeStatus> Write)[] Sections =
    [
        ("Server", WriteServer),
        ("Clients", WriteClients),
        ("Memory", WriteMemory),
        ("Persistence", WritePersistence),
        ("Stats", WriteStats),
        ("Replication", WriteReplication),
        ("Cluster", WriteCluster),
        ("Keyspace", WriteKeyspace),
        ("Quorate", WriteQuorate),
    ];

    /// <summary>The sections whose names are wanted, in lower case; all where none is.</summary>
    public static string Describe(RespSession session, IReadOnlyCollection<string> wanted)
    {
        bool all = wanted.Count == 0 || wanted.Contains("all") || wanted.Contains("default") || wanted.Contains("everything");
        NodeStatus node = session.Server.Admin.Status();
        var text = new StringBuilder();
        foreach ((string name, Action<StringBuilder, RespSession, NodeStatus> write) in Sections)
        {
            if (!all && !wanted.Contains(name.ToLowerInvariant())) continue;
            if (text.Length > 0) text.Append("\r\n");
            text.Append("# ").Append(name).Append("\r\n");
            write(text, session, node);
        }

        return text.ToString();
    }

    /// <summary>Redis' ids have 40 hex digits, ours 16.</summary>
    public static string LongId(string id) => id.PadRight(40, '0');

    private static void WriteServer(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "redis_version", RedisVersion);
        Line(text, "redis_mode", session.Listener.IsCluster ? "cluster" : "standalone");
        Line(text, "os", RuntimeInformation.OSDescription);
        Line(text, "arch_bits", 64);
        Line(text, "process_id", System.Environment.ProcessId);
        Line(text, "run_id", LongId(node.Id));
        Line(text, "tcp_port", Setting.Port(session.Listener.Address));
        Line(text, "server_time_usec", session.Server.Loop.WallClock * 1000);
        Line(text, "uptime_in_seconds", node.UptimeSeconds);
        Line(text, "uptime_in_days", node.UptimeSeconds / 86400);
    }

    private static void WriteClients(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "connected_clients", session.Server.Sessions.Count);
        Line(text, "maxclients", session.Server.RespLimits.MaxConnections);
        Line(text, "blocked_clients", 0);
        Line(text, "pubsub_clients", session.Server.Sessions.Count(other => other.Subscriptions.Count > 0));
    }

    private static void WriteMemory(StringBuilder text, RespSession session, NodeStatus node)
    {
        long used = GC.GetTotalMemory(forceFullCollection: false);
        Line(text, "used_memory", used);
        Line(text, "used_memory_human", $"{used / (1024.0 * 1024):F2}M");
        Line(text, "used_memory_rss", System.Environment.WorkingSet);
        Line(text, "allocated_bytes", GC.GetTotalAllocatedBytes());
        Line(text, "maxmemory", 0);
        Line(text, "maxmemory_policy", "noeviction");
        Line(text, "value_memory", node.Space.ValueMemoryBytes);
        Line(text, "value_memory_limit", node.Space.ValueMemoryLimit);
        Line(text, "value_loads", node.Space.Loads);
    }

    private static void WritePersistence(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "loading", session.Server.Admin.IsReady ? 0 : 1);
        Line(text, "async_loading", 0);
        Line(text, "aof_enabled", Setting.HasLog(node.Durability) ? 1 : 0);
        Line(text, "rdb_bgsave_in_progress", 0);
        Line(text, "rdb_last_bgsave_status", "ok");
        Line(text, "log_disk_bytes", node.Space.DiskBytes);
        Line(text, "log_live_bytes", node.Space.LiveBytes);
        Line(text, "log_dead_bytes", node.Space.DeadBytes);
        Line(text, "log_segments", node.Space.Segments);
        Line(text, "log_unread_segments", node.Space.UnreadSegments);
        Line(text, "log_scrubbed_bytes", node.Space.ScrubbedBytes);
        Line(text, "log_compacting", node.Space.IsCompacting ? 1 : 0);
        Line(text, "log_compacted_segments", node.Space.CompactedSegments);
        Line(text, "log_compacted_bytes", node.Space.CompactedBytes);
        Line(text, "index_snapshots", node.Space.Snapshots);
        Line(text, "index_snapshot_bytes", node.Space.SnapshotBytes);
    }

    private static void WriteStats(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "total_connections_received", session.Server.ConnectionsAccepted);
        Line(text, "rejected_connections", session.Server.ConnectionsRefused);
        Line(text, "evicted_clients", session.Server.ConnectionsEvicted);
        Line(text, "client_output_buffer_limit_disconnections", session.Server.SubscribersClosed);
        Line(text, "total_commands_processed", session.Server.CommandsProcessed);
        Line(text, "pubsub_channels", session.Server.Channels.Count);
        Line(text, "pubsub_patterns", session.Server.Channels.PatternCount);
    }

    /// <summary>Every node takes writes, which is what clients ask this section for.</summary>
    private static void WriteReplication(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "role", "master");
        Line(text, "connected_slaves", 0);
        Line(text, "master_replid", LongId(node.Id));
        Line(text, "master_repl_offset", 0);
    }

    private static void WriteCluster(StringBuilder text, RespSession session, NodeStatus node) =>
        Line(text, "cluster_enabled", session.Listener.IsCluster ? 1 : 0);

    /// <summary>Empty: keys are counted across the cluster, which takes requests to every node (DBSIZE).</summary>
    private static void WriteKeyspace(StringBuilder text, RespSession session, NodeStatus node)
    {
    }

    private static void WriteQuorate(StringBuilder text, RespSession session, NodeStatus node)
    {
        Line(text, "node_id", node.Id);
        Line(text, "node_name", node.Name);
        Line(text, "node_zone", node.Zone);
        Line(text, "node_state", node.State);
        Line(text, "node_start", node.Start);
        Line(text, "cluster_id", node.ClusterId);
        Line(text, "cluster_epoch", node.Epoch);
        Line(text, "durability", node.Durability);
        Line(text, "entries", node.Entries);
        Line(text, "bytes", node.Bytes);
        Line(text, "hints", node.Hints);
        Line(text, "hints_dropped", node.HintsDropped);
        Line(text, "tombstones", node.Tombstones.Held);
        Line(text, "tombstones_gone_up_to", node.Tombstones.GoneUpTo);
        Line(text, "tombstones_held_back_by", node.Tombstones.HeldBackBy);
        Line(text, "unfit_partitions", node.Unfit);
        Line(text, "mended_partitions", node.Mended?.Partitions ?? 0);
        Line(text, "mended_entries", node.Mended?.Entries ?? 0);
        Line(text, "coordinated_reads", node.Coordinated.Reads);
        Line(text, "coordinated_writes", node.Coordinated.Writes);
        Line(text, "coordinated_repairs", node.Coordinated.Repairs);
        Line(text, "coordinated_restamps", node.Coordinated.Restamps);
        Line(text, "coordinated_failures", node.Coordinated.Failures);
        Line(text, "gossip_health", node.Gossip.Health);
        Line(text, "gossip_sent", node.Gossip.Sent);
        Line(text, "gossip_received", node.Gossip.Received);
        Line(text, "gossip_refused", node.Gossip.Malformed + node.Gossip.Foreign + node.Gossip.Strangers);
        Line(text, "gossip_send_failures", node.Gossip.SendFailures);
        Line(text, "repair_paused", node.Repair.PausedSince is null ? 0 : 1);
        Line(text, "repair_moved_bytes", node.Repair.MovedBytes);
        if (node.Repair.Pass is { } pass)
            Line(text, "repair_pass", $"state={pass.State},compared={pass.Compared},partitions={pass.Partitions},differing={pass.Differing},fetched={pass.Fetched},given={pass.Given}");
        Line(text, "publish_reaches", "clients of this node");
        for (int i = 0; i < node.Peers.Count; i++)
        {
            PeerStatus peer = node.Peers[i];
            Line(text, $"peer{i}", $"address={peer.Address},id={peer.Id},name={peer.Name},connected={(peer.Connected ? 1 : 0)},state={peer.State},since={peer.Since}");
            if (peer.Repair is { } repair)
                Line(text, $"repair{i}", $"name={peer.Name},rounds={repair.Rounds},partitions={repair.Partitions},fetched={repair.Fetched},given={repair.Given}");
            if (peer.Hints is { } hints)
                Line(text, $"hints{i}", $"name={peer.Name},counted={hints.Counted},uncounted={hints.Uncounted},bytes={hints.Bytes},handed_over={hints.HandedOver},under_way={hints.UnderWay}");
        }
    }

    private static void Line<T>(StringBuilder text, string name, T value) => text.Append(name).Append(':').Append(value).Append("\r\n");
}
