using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>A machine's clock jumps, and later jumps back to the right time.</summary>
internal sealed class WrongClock : Trouble
{
    private readonly SimClock _clock;

    public WrongClock(SimClock clock, string host, TimeSpan offset)
        : base($"{host}'s clock is {offset.TotalMilliseconds:+0;-0} ms off")
    {
        _clock = clock;
        clock.Offset = offset;
    }

    public override void End() => _clock.Offset = TimeSpan.Zero;
}
