using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads;

/// <summary>Clients that are at work at once, and all that they asked. What they ask is a data type's workload, one a folder.</summary>
public sealed class Clients
{
    private const int MostInQuiet = 3;
    private readonly Client[] _clients;
    private readonly List<SimCall> _calls = [];

    /// <param name="next">Draws what a client wants done next; it asks the coordinator that it is given.</param>
    public Clients(SimCluster cluster, Random random, WorkloadOptions options, Func<Func<ISimHome, SimCall>> next)
    {
        int count = options.MayBeQuiet && random.Next(4) == 0 ? random.Next(1, MostInQuiet + 1) : options.Clients;
        _clients = [.. Enumerable.Range(0, count).Select(_ => new Client(cluster, random, options.MeanThinkMicroseconds, next, _calls.Add))];
    }

    /// <summary>All that was asked so far.</summary>
    public IReadOnlyList<SimCall> Calls => _calls;

    public void Start()
    {
        foreach (Client client in _clients) client.Start();
    }

    /// <summary>No client begins anything further.</summary>
    public void Stop()
    {
        foreach (Client client in _clients) client.Stop();
    }

    /// <summary>Calls that do not belong to a client, but to the history.</summary>
    public SimCall Add(SimCall call)
    {
        _calls.Add(call);
        return call;
    }
}
