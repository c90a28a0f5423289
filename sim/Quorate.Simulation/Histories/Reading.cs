using Quorate.Coordinator;

namespace Quorate.Simulation.Histories;

/// <summary>What a gauge of a node showed.</summary>
/// <param name="At">Microseconds of virtual time.</param>
/// <param name="IsAtRest">Nothing had been asked of the cluster for a while: what drains has to be empty.</param>
public sealed record Reading(long At, string Node, Gauge Gauge, bool IsAtRest)
{
    public bool IsWithinBounds => Gauge.Value >= 0 && Gauge.Value <= (IsAtRest && Gauge.Drains ? 0 : Gauge.Limit);

    public override string ToString() => $"{At,10} {Node} {(IsAtRest ? "at rest, " : "")}{Gauge}";
}
