using Quorate.Simulation.Histories;

namespace Quorate.Simulation;

/// <param name="Seconds">Virtual ones, without the healing.</param>
/// <param name="Failure">What broke, with the key's history, the trouble and the nodes' logs; null where all held.</param>
public sealed record RunReport(int Seed, ulong TraceHash, double Seconds, History History, int Faults, string? Failure)
{
    public int Acknowledged => History.All.Count(observation => observation.Told == Told.Ok);
}
