using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>A process that gets no processor for a while, and then goes on as if nothing had been.</summary>
internal sealed class Standstill : Trouble
{
    private readonly SimNode _node;

    public Standstill(SimNode node)
        : base($"{node.Name} stands still")
    {
        _node = node;
        node.Freeze();
    }

    public override void End() => _node.Thaw();
}
