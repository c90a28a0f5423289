namespace Quorate.Node.Handoff;

/// <summary>What uncounted hints may take. Counted ones are part of acknowledged writes and have no limit but the disk's.</summary>
/// <param name="Bytes">Of keys and values; more is dropped and counted.</param>
/// <param name="AgeMilliseconds">Three hours, as in Cassandra: who is away for longer has more to fetch than hints should carry.</param>
public sealed record HintLimits(long Bytes = 1024L * 1024 * 1024, long AgeMilliseconds = 3 * 3600 * 1000);
