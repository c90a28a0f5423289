using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads;

/// <summary>Clients that are at work at once, and all that they asked. What they ask is a data type's workload, one a folder.</summary>
public sealed class Clients(SimCluster cluster, WorkloadOptions options)
{
    private const int MostInQuiet = 3;
    private readonly List<Client> _clients = [];
    private readonly List<SimCall> _calls = [];

    /// <summary>All that was asked so far.</summary>
    public IReadOnlyList<SimCall> Calls => _calls;

    /// <summary>As many as the seed draws, who all want the same kind of things.</summary>
    /// <param name="next">Draws what a client wants done next; it asks the coordinator that it is given.</param>
    public void JoinMany(Random random, Func<Func<ISimHome, SimCall>> next)
    {
        int count = options.MayBeQuiet && random.Next(4) == 0 ? random.Next(1, MostInQuiet + 1) : options.Clients;
        for (int i = 0; i < count; i++) JoinOne(random, next);
    }

    /// <summary>One who wants things of its own.</summary>
    /// <param name="next">As above.</param>
    public void JoinOne(Random random, Func<Func<ISimHome, SimCall>> next) =>
        _clients.Add(new Client(cluster, random, options.MeanThinkMicroseconds, next, _calls.Add));

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
