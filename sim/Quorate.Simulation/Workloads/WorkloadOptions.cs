namespace Quorate.Simulation.Workloads;

/// <param name="MostKeys">A seed draws how many: on one key all clients meet, on several more is in the log.</param>
/// <param name="PercentOtherLevels">How many of the levels drawn are said by the client, instead of left to the keyspace (QUORUM).</param>
/// <param name="MostPercentSloppy">Of the requests, how many at most may be answered by fallbacks.</param>
/// <param name="PercentClears">Of the requests, how many delete every key.</param>
public sealed record WorkloadOptions(int Clients = 6, int MostKeys = 3, int MeanThinkMicroseconds = 30_000, int PercentOtherLevels = 30, int MostPercentSloppy = 60, int PercentClears = 0);
