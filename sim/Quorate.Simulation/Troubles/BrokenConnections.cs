using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>The connections of a host to some others are dropped once, with what was under way.</summary>
internal sealed class BrokenConnections : Trouble
{
    public BrokenConnections(SimNetwork network, string host, IReadOnlyList<string> others)
        : base($"connections of {host} and {string.Join(' ', others)} break")
    {
        foreach (string other in others) network.Break(host, other);
    }

    public override void End()
    {
    }
}
