using Quorate.Core.Membership;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>
/// A node's hybrid clock never goes back, not over a crash either, whatever its wall clock does: the mark on disk is ahead of
/// what was minted. First stamps only, which have an even logical part: a restamp is as high as what it had to beat.
/// </summary>
public sealed class StampsRise : IChecker
{
    public string Invariant => "A node minted a version after an acknowledged one of its own, and below it.";

    public Violation? Check(History history)
    {
        var byWriter = history.All.Where(o => o.IsAcknowledgedWrite && o.Version.Timestamp.Value % 2 == 0).ToLookup(o => o.Version.Writer.Node);
        foreach (IGrouping<NodeId, Observation> minted in byWriter)
        {
            if (FirstThatWentBack(minted) is { } violation) return violation;
        }

        return null;
    }

    private Violation? FirstThatWentBack(IEnumerable<Observation> minted)
    {
        var ended = new Queue<Observation>(minted.OrderBy(o => o.Ended));
        Observation? highest = null;
        foreach (Observation later in minted)
        {
            for (; ended.Peek().Ended < later.Began; ended.Dequeue())
            {
                if (highest is null || ended.Peek().Version.Timestamp > highest.Version.Timestamp) highest = ended.Peek();
            }

            if (highest is not null && later.Version.Timestamp <= highest.Version.Timestamp) return new Violation(Invariant, later.Key, $"{highest}\n{later}");
        }

        return null;
    }
}
