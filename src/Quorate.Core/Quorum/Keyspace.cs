namespace Quorate.Core.Quorum;

/// <summary>The unit of replication settings.</summary>
/// <param name="Name">What clients call it.</param>
/// <param name="N">Copies of every key; fewer where the cluster has fewer members.</param>
/// <param name="R">Replicas that must answer a read that does not say itself.</param>
/// <param name="W">Replicas that must store a write that does not say itself.</param>
/// <param name="Fanout">How many replicas a read asks at once.</param>
/// <param name="Quorum">Whether fallbacks may stand in for home replicas.</param>
public sealed record Keyspace(
    string Name, int N, ConsistencyLevel R, ConsistencyLevel W, Fanout Fanout, QuorumKind Quorum = QuorumKind.Strict)
{
    /// <summary>Copies, unless it says otherwise.</summary>
    public const int DefaultN = 3;

    /// <summary>Three copies, R and W at QUORUM, strict.</summary>
    public static Keyspace WithDefaults(string name) =>
        new(name, DefaultN, ConsistencyLevel.Quorum, ConsistencyLevel.Quorum, Fanout.Required);

    /// <summary>Home replicas in a cluster of <paramref name="members"/> nodes.</summary>
    public int ReplicasAmong(int members) => Math.Min(N, members);
}

/// <summary>How many home replicas a read asks at once.</summary>
public enum Fanout : byte
{
    /// <summary>What the keyspace says.</summary>
    Default = 0,

    /// <summary>As many as must answer; a further one when one of them is late.</summary>
    Required = 1,

    /// <summary>All N, so that late answers can be repaired after the reply.</summary>
    All = 2,
}

/// <summary>Who counts towards R and W.</summary>
public enum QuorumKind : byte
{
    /// <summary>What the keyspace says.</summary>
    Default = 0,

    /// <summary>Home replicas only.</summary>
    Strict = 1,

    /// <summary>Fallbacks too, each with a hint for a home replica that cannot be reached (Dynamo, section 4.6).</summary>
    Sloppy = 2,
}
