namespace Quorate.Coordinator;

/// <summary>What happened to one request, replica by replica: filled only where it was asked for.</summary>
public sealed class Explanation
{
    /// <summary>One line an event, in order.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>One event, at one replica.</summary>
    /// <param name="Microseconds">Since the request began.</param>
    /// <param name="Node">The replica's name.</param>
    /// <param name="What">For example "asked", "answered", "stored", "superseded", "repaired".</param>
    /// <param name="Version">What it holds or was sent, where that is known.</param>
    public readonly record struct Line(long Microseconds, string Node, string What, Version Version);
}
