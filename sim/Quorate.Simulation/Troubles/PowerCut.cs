using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>All nodes lose power at one moment.</summary>
internal sealed class PowerCut : Trouble
{
    private readonly SimCluster _cluster;

    public PowerCut(SimCluster cluster)
        : base("all lose power")
    {
        _cluster = cluster;
        foreach (SimNode node in cluster.Nodes) node.LosePower();
    }

    public override void End()
    {
        foreach (SimNode node in _cluster.Nodes) node.Revive();
    }
}
