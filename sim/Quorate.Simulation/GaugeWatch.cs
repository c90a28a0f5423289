using Quorate.Coordinator;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation;

/// <summary>Reads the gauges of all nodes again and again, and keeps the highest of each.</summary>
internal sealed class GaugeWatch(SimCluster cluster)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<(string Node, string Name), Reading> _highest = [];

    public IEnumerable<Reading> Highest => _highest.Values;

    /// <summary>True where nothing waits in any node.</summary>
    public bool IsAtRest => AtRest().All(reading => reading.IsWithinBounds);

    public void Start()
    {
        foreach (Reading reading in ReadAll(isAtRest: false)) Keep(reading);
        cluster.Scheduler.After(Every, Start);
    }

    public IEnumerable<Reading> AtRest() => ReadAll(isAtRest: true);

    private IEnumerable<Reading> ReadAll(bool isAtRest)
    {
        foreach (SimNode node in cluster.Nodes)
        {
            foreach (Gauge gauge in node.Gauges()) yield return new Reading(cluster.Scheduler.Now, node.Name, gauge, isAtRest);
        }
    }

    private void Keep(Reading reading)
    {
        (string, string) place = (reading.Node, reading.Gauge.Name);
        if (!_highest.TryGetValue(place, out Reading? highest) || reading.Gauge.Value > highest.Gauge.Value) _highest[place] = reading;
    }
}
