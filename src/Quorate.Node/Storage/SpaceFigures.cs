namespace Quorate.Node.Storage;

/// <summary>What the log takes on disk, and how much of it is in memory. All zero without a disk.</summary>
/// <param name="Segments">Files that hold something.</param>
/// <param name="LiveBytes">Bytes in them that are needed; headers of groups count as such.</param>
/// <param name="DeadBytes">Bytes of superseded records, for compaction to free.</param>
/// <param name="CompactedSegments">Segments that compaction dropped since the start.</param>
/// <param name="CompactedBytes">Bytes of those; what was live in them was logged again.</param>
/// <param name="ValueMemoryBytes">Bytes of values in memory that count against the budget.</param>
/// <param name="Loads">Values read from disk since the start.</param>
public readonly record struct SpaceFigures(
    int Segments, long LiveBytes, long DeadBytes, long CompactedSegments, long CompactedBytes, long ValueMemoryBytes, long Loads);
