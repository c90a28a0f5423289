using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>A sloppy acknowledgement is on W distinct nodes, home replicas or fallbacks (Dynamo, section 4.6).</summary>
public sealed class SloppyWritesAreKept : IChecker
{
    public string Invariant => "A sloppy write was acknowledged, and fewer than W nodes kept it.";

    public Violation? Check(History history)
    {
        Observation? broken = history.All.FirstOrDefault(o => o is { IsSloppy: true, IsAcknowledgedWrite: true } && o.Keepers + o.Silent > 0 && o.Keepers + o.Silent < o.Level);
        return broken is null ? null : new Violation(Invariant, broken.Key, $"{broken}\n{broken.Keepers} nodes kept it, {broken.Silent} could not be asked");
    }
}
