namespace Quorate.Coordinator;

/// <summary>What the log takes on disk, and how much of it is in memory. All zero without a disk.</summary>
/// <param name="Segments">Files that hold something.</param>
/// <param name="DiskBytes">What all files of the log take, space that is prepared and index snapshots included.</param>
/// <param name="LiveBytes">Bytes in segments that are needed; headers of groups count as such.</param>
/// <param name="DeadBytes">Bytes of superseded records, for compaction to free.</param>
/// <param name="IsCompacting">A segment is being compacted now.</param>
/// <param name="CompactedSegments">Segments that compaction dropped since the start.</param>
/// <param name="CompactedBytes">Bytes of those; what was live in them was logged again.</param>
/// <param name="ValueMemoryBytes">Bytes of values in memory that count against the budget, or are about to be read back.</param>
/// <param name="ValueMemoryLimit">The budget.</param>
/// <param name="Loads">Values read from disk since the start because somebody asked for them.</param>
/// <param name="Snapshots">Segments with an index snapshot, from which the next start is quick.</param>
/// <param name="SnapshotBytes">What those take on disk.</param>
/// <param name="UnreadSegments">Segments that were not read and checked yet since the start.</param>
/// <param name="ScrubbedBytes">Read again and checked since the start.</param>
public readonly record struct SpaceFigures(
    int Segments,
    long DiskBytes,
    long LiveBytes,
    long DeadBytes,
    bool IsCompacting,
    long CompactedSegments,
    long CompactedBytes,
    long ValueMemoryBytes,
    long ValueMemoryLimit,
    long Loads,
    int Snapshots,
    long SnapshotBytes,
    int UnreadSegments,
    long ScrubbedBytes = 0);
