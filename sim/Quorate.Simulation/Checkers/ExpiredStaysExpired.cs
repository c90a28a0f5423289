using Quorate.Simulation.Histories;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Checkers;

/// <summary>Nobody sees a value after its time, where clocks are right; only there do clients set expiries.</summary>
public sealed class ExpiredStaysExpired : IChecker
{
    /// <summary>What clocks may differ by while all of them count as right.</summary>
    private const long Tolerance = 500;

    public string Invariant => "A read began after a value had expired, and found it.";

    public Violation? Check(History history)
    {
        Observation? seen = history.All.FirstOrDefault(o => o is { IsOkRead: true, Value: not null, ExpiresAt: > 0 } && SimClock.RightAt(o.Began) > o.ExpiresAt + Tolerance);
        return seen is null ? null : new Violation(Invariant, seen.Key, $"{seen}, which expired at {seen.ExpiresAt}");
    }
}
