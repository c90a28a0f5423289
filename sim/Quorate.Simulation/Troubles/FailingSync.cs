using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A disk on which every fsync fails: the node stops, the disk is replaced by a copy of it, and the node starts again.</summary>
internal sealed class FailingSync : Trouble
{
    private readonly SimNode _node;

    public FailingSync(SimNode node)
        : base($"{node.Name}'s disk fails to sync")
    {
        _node = node;
        node.Disk.FailSync = true;
    }

    public override void End()
    {
        _node.Disk.FailSync = false;
        _node.Revive();
    }
}
