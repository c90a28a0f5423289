using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Law 8: nothing that waits or is held goes beyond its limit, and nothing is left of it once all requests have ended.</summary>
public sealed class MemoryIsBounded : IChecker
{
    public string Invariant => "Something in a node went beyond its limit, or was left when there was nothing more to do.";

    public Violation? Check(History history)
    {
        Reading? broken = history.Readings.FirstOrDefault(reading => !reading.IsWithinBounds);
        return broken is null ? null : new Violation(Invariant, null, $"{broken}");
    }
}
