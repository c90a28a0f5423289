namespace Quorate.Node.Storage;

/// <summary>What a store is told when it is opened.</summary>
/// <param name="StoreId">The node's id: the log of another node is not taken for this one's. Also seeds the key hash.</param>
/// <param name="Durability">When a record counts as stored.</param>
/// <param name="SegmentBytes">64 MiB: large enough that preallocating one is rare, small enough to rewrite in seconds.</param>
/// <param name="GroupBytes">
/// What one group may weigh, so that twice this waits for the disk at most; the largest record must fit into it.
/// </param>
/// <param name="BackgroundBytesPerSecond">
/// 32 MiB: what compaction reads, and so the most that it writes; the same for index snapshots and for what is read again
/// after a start. A disk's bandwidth that clients hardly miss. Compaction and snapshots that fall behind take more.
/// </param>
/// <param name="ValueMemoryBytes">
/// 1 GiB of values stay in memory, which any server has to spare; those beyond are read from disk. Keys, versions and short
/// values (below 64 bytes) stay in any case.
/// </param>
public sealed record StoreOptions(
    ulong StoreId,
    Durability Durability = Durability.Fsync,
    int SegmentBytes = 64 * 1024 * 1024,
    int GroupBytes = 32 * 1024 * 1024,
    int BackgroundBytesPerSecond = 32 * 1024 * 1024,
    long ValueMemoryBytes = 1024L * 1024 * 1024);
