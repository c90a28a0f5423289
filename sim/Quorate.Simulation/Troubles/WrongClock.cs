using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A machine's clock jumps, runs too fast or too slow, and later jumps back to the right time.</summary>
internal sealed class WrongClock : Trouble
{
    private readonly SimNode _node;

    public WrongClock(SimNode node, TimeSpan offset)
        : base($"{node.Name}'s clock is {offset.TotalMilliseconds:+0;-0} ms off")
    {
        _node = node;
        node.Clock.Offset = offset;
    }

    /// <param name="drift">Microseconds a second.</param>
    public WrongClock(SimNode node, int drift)
        : base($"{node.Name}'s clock drifts by {drift:+0;-0} ppm")
    {
        _node = node;
        node.Clock.Drift = drift;
    }

    public override void End() => _node.Clock.SetRight();
}
