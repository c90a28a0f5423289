using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>The second half of law 2: what a quorum read showed is stored at R before it is shown.</summary>
public sealed class ReadsDoNotGoBack : IChecker
{
    public string Invariant => "A read began after another had ended, with 2R > N, and found something older.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            Observation[] reads = [.. history.Of(key).Where(o => o.IsOkRead && 2 * o.Meets > Keyspace.DefaultN)];
            var read = new Frontier(reads, Keyspace.DefaultN);
            foreach (Observation later in reads)
            {
                Observation? earlier = read.Before(later.Began, later.Meets);
                if (earlier is not null && history.IsStale(later, earlier)) return new Violation(Invariant, key, $"{earlier}\n{later}");
            }
        }

        return null;
    }
}
