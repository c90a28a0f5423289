using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Law 4, whatever the clocks say.</summary>
public sealed class LaterWritesWin : IChecker
{
    public string Invariant => "A write began after another was acknowledged, with W + W > N, was acknowledged itself, and lost to it.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var written = new Frontier(history.Of(key).Where(o => o.IsAcknowledgedWrite), Keyspace.DefaultN);
            foreach (Observation later in history.Of(key).Where(o => o.IsAcknowledgedWrite))
            {
                Observation? earlier = written.Before(later.Began, later.Meets);
                if (earlier is not null && later.Version <= earlier.Version) return new Violation(Invariant, key, $"{earlier}\n{later}");
            }
        }

        return null;
    }
}
