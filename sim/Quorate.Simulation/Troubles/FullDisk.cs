using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>No further byte can be allocated on a disk.</summary>
internal sealed class FullDisk : Trouble
{
    private readonly SimNode _node;

    public FullDisk(SimNode node)
        : base($"{node.Name}'s disk is full")
    {
        _node = node;
        node.Disk.Capacity = 0;
    }

    public override void End() => _node.Disk.Capacity = long.MaxValue;
}
