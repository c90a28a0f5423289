using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Once all hints were handed over, an acknowledged write is at W home replicas, whoever took it first.</summary>
public sealed class SloppyWritesComeHome : IChecker
{
    public string Invariant => "All hints were handed over, and a sloppy write that was acknowledged is at fewer than W home replicas.";

    public Violation? Check(History history)
    {
        ILookup<string, Copy> copies = history.CopiesAfterHandoff.ToLookup(copy => copy.Key);
        foreach (Observation write in history.All.Where(o => o is { IsSloppy: true, IsAcknowledgedWrite: true }))
        {
            Copy[] homes = [.. copies[write.Key]];
            int holding = homes.Count(copy => copy.Verdict == Verdict.Answered && (copy.Head.Version >= write.Version || history.MayBeGone(write, copy.Horizon)));
            if (homes.Length > 0 && holding < write.Level) return new Violation(Invariant, write.Key, $"{write}\n{string.Join('\n', homes.AsEnumerable())}");
        }

        return null;
    }
}
