namespace Quorate.Node.Storage.Segments;

/// <summary>A log as it was found, to go on with.</summary>
/// <param name="Tail">The segment to append to; null where there is none.</param>
/// <param name="End">Position where the log ends; all below is durable.</param>
/// <param name="NextNumber">Number of the next segment.</param>
/// <param name="Map">Its segments.</param>
internal sealed record RecoveredLog(Segment? Tail, long End, uint NextNumber, SegmentMap Map);
