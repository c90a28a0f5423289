using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A machine's clock jumps again and again, forwards and back, and in the end to the right time.</summary>
internal sealed class JumpingClock : Trouble
{
    /// <summary>Of virtual µs between two jumps: from before a peer notices to after.</summary>
    private const int LongestRest = 2_000_000;

    private readonly SimNode _node;
    private readonly Random _random;
    private readonly int _most;
    private bool _isOver;

    /// <param name="most">Milliseconds it may be off.</param>
    public JumpingClock(SimNode node, Random random, int most)
        : base($"{node.Name}'s clock jumps within {most} ms")
    {
        (_node, _random, _most) = (node, random, most);
        Jump();
    }

    public override void End()
    {
        _isOver = true;
        _node.Clock.SetRight();
    }

    private void Jump()
    {
        if (_isOver) return;
        _node.Clock.Offset = TimeSpan.FromMilliseconds(_random.Next(-_most, _most));
        _node.Scheduler.After(_random.Next(LongestRest), Jump);
    }
}
