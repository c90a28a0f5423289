using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>
/// Read your writes, monotonic reads and writes follow reads (Terry et al. 1994), at any level and through any clients. What failed, or was not awaited, promised
/// nothing.
/// </summary>
public sealed class SessionsDoNotGoBack : IChecker
{
    public string Invariant => "A session read or wrote something older than what it had read or written of the key before.";

    public Violation? Check(History history)
    {
        foreach (IGrouping<(int, string), Observation> told in history.All.Where(IsKnownToSession).GroupBy(o => (o.Session, o.Key)))
        {
            Observation newest = told.First();
            foreach (Observation later in told.Skip(1))
            {
                if (later.Began >= newest.Ended && WentBack(history, later, newest)) return new Violation(Invariant, later.Key, $"{newest}\n{later}");
                if (later.Version > newest.Version) newest = later;
            }
        }

        return null;
    }

    private static bool IsKnownToSession(Observation o) => o.Session > 0 && (o.IsOkRead || o.IsAcknowledgedWrite);

    private static bool WentBack(History history, Observation later, Observation newest) =>
        later.IsRead ? history.IsStale(later, newest) : later.Version <= newest.Version;
}
