using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A disk that takes long to write and sync, so that much is under way when the next thing happens.</summary>
internal sealed class SlowDisk : Trouble
{
    private readonly SimNode _node;

    public SlowDisk(SimNode node, int milliseconds)
        : base($"{node.Name}'s disk takes {milliseconds} ms longer")
    {
        _node = node;
        node.Disk.Slowness = milliseconds * 1000;
    }

    public override void End() => _node.Disk.Slowness = 0;
}
