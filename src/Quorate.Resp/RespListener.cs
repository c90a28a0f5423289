using Quorate.Core.Quorum;

namespace Quorate.Resp;

/// <summary>What clients of one address are shown.</summary>
/// <param name="Address">host:port, for INFO.</param>
/// <param name="IsCluster">
/// Redis Cluster, with home replicas as slot owners; else standalone Redis. Both serve every key.
/// </param>
/// <param name="Keyspace">The one keyspace it serves; null lets SELECT choose among the Redis databases.</param>
public sealed record RespListener(string Address, bool IsCluster = false, string? Keyspace = null)
{
    /// <summary>Redis databases that SELECT may choose among.</summary>
    public int Databases => Keyspace is null && !IsCluster ? KeyspaceTable.RedisDatabases : 1;
}
