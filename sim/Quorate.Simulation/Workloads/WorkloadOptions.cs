namespace Quorate.Simulation.Workloads;

/// <param name="PercentOtherLevels">How many of the levels drawn are said by the client, instead of left to the keyspace (QUORUM).</param>
public sealed record WorkloadOptions(int Clients = 6, int Keys = 3, int MeanThinkMicroseconds = 30_000, int PercentOtherLevels = 30);
