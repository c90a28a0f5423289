using Quorate.Coordinator;
using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>Somebody who pauses a node's anti-entropy and resumes it later, or starts an eager pass and may end it too early.</summary>
internal sealed class RepairOrders : Trouble
{
    private readonly SimNode _node;
    private readonly RepairOrder _last;

    public RepairOrders(SimNode node, Random random)
        : this(node, random.Next(2) == 0, new RepairOrder(RepairAct.Start, IsNow: random.Next(2) == 0, WithAll: random.Next(2) == 0))
    {
    }

    public static RepairOrders Pause(SimNode node) => new(node, pauses: true, default);

    private RepairOrders(SimNode node, bool pauses, RepairOrder pass)
        : base(pauses ? $"anti-entropy of {node.Name} is paused" : $"an eager pass of {node.Name}")
    {
        _node = node;
        _last = new RepairOrder(pauses ? RepairAct.Resume : RepairAct.Stop);
        node.Order(pauses ? new RepairOrder(RepairAct.Pause) : pass);
    }

    public override void End() => _node.Order(_last);
}
