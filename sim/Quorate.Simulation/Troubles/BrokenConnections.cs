using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>The connections of two hosts are dropped once, with what was under way.</summary>
internal sealed class BrokenConnections : Trouble
{
    public BrokenConnections(SimNetwork network, string one, string other)
        : base($"connections of {one} and {other} break") => network.Break(one, other);

    public override void End()
    {
    }
}
