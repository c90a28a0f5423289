using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>Disks that take long to write and sync, so that much is under way when the next thing happens.</summary>
internal sealed class SlowDisk : Trouble
{
    private readonly IReadOnlyList<SimNode> _nodes;

    public SlowDisk(IReadOnlyList<SimNode> nodes, int milliseconds)
        : base($"the disks of {string.Join(' ', nodes.Select(node => node.Name))} take {milliseconds} ms longer")
    {
        _nodes = nodes;
        foreach (SimNode node in nodes) node.Disk.Slowness = milliseconds * 1000;
    }

    public override void End()
    {
        foreach (SimNode node in _nodes) node.Disk.Slowness = 0;
    }
}
