namespace Quorate.Coordinator;

/// <summary>Anti-entropy on this node. What it came to with each peer is in <see cref="PeerStatus.Repair"/>.</summary>
/// <param name="PausedSince">Unix ms; null where it runs.</param>
/// <param name="BytesPerSecond">The most that this node's walks move, both ways together.</param>
/// <param name="MovedBytes">Keys, values and lists of keys, since the start.</param>
/// <param name="Pass">The eager pass that runs, or the last one; null where there was none since the start.</param>
public sealed record RepairStatus(long? PausedSince, long BytesPerSecond, long MovedBytes, RepairPassStatus? Pass);

/// <summary>An eager pass of anti-entropy.</summary>
/// <param name="State">"running", "done" or "stopped".</param>
/// <param name="Keyspace">The only one that is mended; null for all.</param>
/// <param name="IsNow">Whether it does not yield to clients' load.</param>
/// <param name="Partitions">To compare: each once a replica it is compared with.</param>
/// <param name="Compared">Of them, so far; what differed is mended then.</param>
/// <param name="Differing">Of them, those in which something had to be moved.</param>
/// <param name="Fetched">Entries that another had and this node lacked.</param>
/// <param name="Given">Entries that this node had and another lacked.</param>
/// <param name="Seconds">How long it has run, or ran.</param>
/// <param name="NotCompared">With whom, and why not.</param>
public sealed record RepairPassStatus(
    string State,
    string? Keyspace,
    bool IsNow,
    int Partitions,
    int Compared,
    int Differing,
    long Fetched,
    long Given,
    double Seconds,
    IReadOnlyList<NotCompared> NotCompared);

/// <summary>Partitions that a pass could not compare with one other replica.</summary>
/// <param name="Name">Of the other replica.</param>
/// <param name="Partitions">That both are home to.</param>
/// <param name="Why">In words.</param>
public sealed record NotCompared(string Name, int Partitions, string Why);
