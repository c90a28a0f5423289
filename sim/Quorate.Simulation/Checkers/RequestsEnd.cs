using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Law 7's "never a hang": by the timeout, and what the deadlines' clock rounds, every client has been told something.</summary>
public sealed class RequestsEnd : IChecker
{
    private const long BoundMicroseconds = 10_000;

    public string Invariant => "A request outlived its timeout.";

    public Violation? Check(History history)
    {
        foreach (Observation told in history.All)
        {
            bool isLate = told.Ended - told.Began > told.TimeoutMilliseconds * 1000L + BoundMicroseconds;
            if (told.Told == Told.Nothing || (isLate && !told.IsDisturbed)) return new Violation(Invariant, told.Key, $"{told}");
        }

        return null;
    }
}
