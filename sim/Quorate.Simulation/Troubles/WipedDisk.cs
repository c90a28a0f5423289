using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>
/// A node loses its disk for good, and in the end another takes its place under its name (`--replace`), with an empty one. All that it
/// had is lost until that one has fetched it from the others.
/// </summary>
internal sealed class WipedDisk : Trouble
{
    private readonly SimNode _node;

    public WipedDisk(SimNode node)
        : base($"{node.Name} loses its disk")
    {
        _node = node;
        node.LoseDisk();
    }

    public override bool IsMended => _node.IsWhole;

    public override void End() => _node.Revive();
}
