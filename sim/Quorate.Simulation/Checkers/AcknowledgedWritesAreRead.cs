using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>
/// Laws 2 and 3. Runs end with reads of every key at ALL, which every acknowledged write overlaps: there it says that none
/// was lost.
/// </summary>
public sealed class AcknowledgedWritesAreRead : IChecker
{
    public string Invariant => "A read began after a write was acknowledged, with W + R > N, and found something older.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var written = new Frontier(history.Of(key).Where(o => o.IsAcknowledgedWrite), Keyspace.DefaultN);
            foreach (Observation read in history.Of(key).Where(o => o.IsOkRead))
            {
                Observation? write = written.Before(read.Began, read.Meets);
                if (write is not null && history.IsStale(read, write)) return new Violation(Invariant, key, $"{write}\n{read}");
            }
        }

        return null;
    }
}
