using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A node is asked to stop, as for an upgrade, and started again.</summary>
internal sealed class PoliteRestart : Trouble
{
    private readonly SimNode _node;

    public PoliteRestart(SimNode node)
        : base($"{node.Name} is asked to stop")
    {
        _node = node;
        node.StopPolitely();
    }

    public override void End()
    {
        // It may still be finishing what it was asked.
        if (_node.IsUp) _node.Kill();
        _node.Revive();
    }
}
