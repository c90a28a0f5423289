using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A node is gone, until somebody starts it again.</summary>
internal sealed class Outage : Trouble
{
    private readonly SimNode _node;

    public Outage(SimNode node, bool losesPower)
        : base(losesPower ? $"{node.Name} loses power" : $"{node.Name} is killed")
    {
        _node = node;
        if (losesPower) node.LosePower();
        else node.Kill();
    }

    public override void End() => _node.Revive();
}
