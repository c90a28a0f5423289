using System.Globalization;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Simulation.Cluster;

namespace Quorate.Levels;

/// <summary>Puts through some node of three, and as soon as it is acknowledged a get through some node: at the moment where most gets are stale.</summary>
internal sealed class Measurement
{
    /// <summary>Copies, and nodes.</summary>
    public const int N = 3;

    /// <summary>All that the last trial sent has arrived by then.</summary>
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMilliseconds(100);

    private readonly List<long> _gets = [];
    private readonly List<long> _puts = [];

    private Measurement()
    {
    }

    /// <summary>Gets that did not find what had been acknowledged before they began.</summary>
    public int Stale { get; private set; }

    public static Measurement Take(int r, int w, int trials)
    {
        var measurement = new Measurement();
        var cluster = new SimCluster(seed: 1, new SimOptions { Nodes = N, Durability = Durability.Memory });
        cluster.Start();
        RequestOptions options = default(RequestOptions) with { R = ConsistencyLevel.Of(r), W = ConsistencyLevel.Of(w) };
        var random = new Random(1);
        for (int trial = 0; trial < trials; trial++)
        {
            string key = trial.ToString(CultureInfo.InvariantCulture);
            measurement.Note(cluster.Put(Any(), key, "new", options), cluster.Get(Any(), key, options));
            cluster.RunFor(BetweenTrials);
        }

        return measurement;

        string Any() => cluster.Nodes[random.Next(N)].Name;
    }

    /// <summary>Latency of gets, µs.</summary>
    public long Get(double percentile) => Percentile(_gets, percentile);

    /// <summary>Latency of puts, µs.</summary>
    public long Put(double percentile) => Percentile(_puts, percentile);

    private void Note(SimCall put, SimCall get)
    {
        if (!put.IsOk || !get.IsOk) throw new InvalidOperationException($"Without trouble a request failed: {put}, {get}.");
        _puts.Add(put.Ended - put.Began);
        _gets.Add(get.Ended - get.Began);
        if (get.Value is null) Stale++;
    }

    private static long Percentile(List<long> latencies, double percentile)
    {
        latencies.Sort();
        return latencies[(int)(percentile * (latencies.Count - 1))];
    }
}
