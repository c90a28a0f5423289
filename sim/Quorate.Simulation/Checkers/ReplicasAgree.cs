using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Law 6: once a cluster has healed and converged, all home replicas of a key hold the same bytes for it.</summary>
public sealed class ReplicasAgree : IChecker
{
    public string Invariant => "After the cluster had healed, the home replicas of a key held different things.";

    public Violation? Check(History history)
    {
        foreach (IGrouping<string, Copy> ofKey in history.Copies.GroupBy(copy => copy.Key))
        {
            Copy first = ofKey.First();
            if (!ofKey.All(first.IsSameAs)) return new Violation(Invariant, ofKey.Key, string.Join('\n', ofKey));
        }

        return null;
    }
}
