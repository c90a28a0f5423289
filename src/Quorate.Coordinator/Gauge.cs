namespace Quorate.Coordinator;

/// <summary>How much of something waits or is held in a node now, and what there may be of it at most (law 8).</summary>
/// <param name="Drains">Comes down to nothing once nothing is asked of the node any more.</param>
public readonly record struct Gauge(string Name, long Value, long Limit, bool Drains = true)
{
    public override string ToString() => $"{Name}: {Value} of {Limit}";
}
