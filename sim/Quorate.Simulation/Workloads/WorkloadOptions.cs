namespace Quorate.Simulation.Workloads;

/// <param name="MostKeys">A seed draws how many: on one key all clients meet, on several more is in the log.</param>
/// <param name="PercentOtherLevels">How many of the levels drawn are said by the client, instead of left to the keyspace (QUORUM).</param>
/// <param name="MostPercentSloppy">Of the requests, how many at most may be answered by fallbacks.</param>
/// <param name="MostPercentClears">Of the requests, how many delete every key; a seed draws how many: a clear hides what came before it.</param>
/// <param name="MayBeQuiet">One seed in four has few clients: where much is going on, one request soon makes good what another one missed.</param>
/// <param name="Sessions">Users at once who each work in a session: only where there are clients of the library.</param>
public sealed record WorkloadOptions(
    int Clients = 6,
    int MostKeys = 3,
    int MeanThinkMicroseconds = 30_000,
    int PercentOtherLevels = 30,
    int MostPercentSloppy = 60,
    int MostPercentClears = 0,
    bool MayBeQuiet = false,
    int Sessions = 4);
