namespace Quorate.Coordinator;

/// <summary>How much of something waits or is held in a node now, and what there may be of it at most (law 8).</summary>
/// <param name="Name">What it is of, in words; several may have one name.</param>
/// <param name="Value">In the unit that the name says: pieces, or bytes.</param>
/// <param name="Limit">In the same unit; the greatest number where only the disk bounds it.</param>
/// <param name="Drains">Comes down to nothing once nothing is asked of the node any more.</param>
public readonly record struct Gauge(string Name, long Value, long Limit, bool Drains = true)
{
    /// <summary>For people: <c>name: value of limit</c>.</summary>
    public override string ToString() => $"{Name}: {Value} of {Limit}";
}
