using Quorate.Simulation.Cluster;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>A node is cut off and comes back, again and again: shorter and longer than it takes to suspect it.</summary>
internal sealed class Flapping : Trouble
{
    /// <summary>Microseconds of each state.</summary>
    private const int Shortest = 50_000, Longest = 2_500_000;

    private readonly SimCluster _cluster;
    private readonly SimNode _node;
    private readonly Random _random;
    private BadLinks? _cut;
    private bool _isOver;

    public Flapping(SimCluster cluster, SimNode node, Random random)
        : base($"{node.Name} is cut off again and again")
    {
        (_cluster, _node, _random) = (cluster, node, random);
        Turn();
    }

    public override void End()
    {
        _isOver = true;
        _cut?.End();
    }

    private void Turn()
    {
        if (_isOver) return;
        if (_cut is null)
        {
            _cut = new BadLinks(_cluster.Network, "flap", Ways.ToAndFromAll(_cluster, _node, _random), new Impairment { IsCut = true });
        }
        else
        {
            _cut.End();
            _cut = null;
        }

        _cluster.Scheduler.After(_random.Next(Shortest, Longest), Turn);
    }
}
