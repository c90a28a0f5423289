using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads;

/// <summary>Clients that read, put, put under a condition and delete a few registers, through any node, at all levels.</summary>
public sealed class RegisterWorkload(SimCluster cluster, Random random, WorkloadOptions options)
{
    private const int LongValue = 5_000; // above what a replica sends along unasked
    private readonly List<SimCall> _calls = [];
    private int _values;
    private bool _isStopped;

    /// <summary>All that was asked so far.</summary>
    public IReadOnlyList<SimCall> Calls => _calls;

    public IEnumerable<string> Keys => Enumerable.Range(0, options.Keys).Select(KeyOf);

    public void Start()
    {
        for (int client = 0; client < options.Clients; client++) GoOn();
    }

    /// <summary>No client begins anything further.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Calls that do not belong to a client, but to the history.</summary>
    public SimCall Add(SimCall call)
    {
        _calls.Add(call);
        return call;
    }

    /// <summary>A value that is put only once in a run.</summary>
    public string NextValue() => random.Next(10) == 0 ? $"{++_values}".PadRight(LongValue, '.') : $"{++_values}";

    private static string KeyOf(int index) => $"k{index}";

    private void GoOn() => cluster.Scheduler.After(random.Next(2 * options.MeanThinkMicroseconds), () =>
    {
        if (!_isStopped) Await(Add(Ask()));
    });

    /// <summary>A client waits a little longer than it told the node to, and then goes on with something else.</summary>
    private void Await(SimCall call)
    {
        if (call.IsEnded) GoOn();
        else cluster.Scheduler.After(500, () => Await(call));
    }

    private SimCall Ask()
    {
        SimNode node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        string key = KeyOf(random.Next(options.Keys));
        RequestOptions asked = DrawOptions();
        if (options.PercentClears > 0 && random.Next(100) < options.PercentClears) return SimCall.Clear(node, asked);
        return random.Next(100) switch
        {
            < 45 => SimCall.Get(node, key, asked),
            < 80 => SimCall.Put(node, key, NextValue(), asked),
            < 88 => SimCall.Delete(node, key, asked),
            < 94 => SimCall.PutIf(node, key, NextValue(), EditCondition.KeyMissing, asked),
            _ => SimCall.PutIf(node, key, NextValue(), EditCondition.KeyPresent, asked),
        };
    }

    private RequestOptions DrawOptions() => new(
        DrawLevel(), DrawLevel(), random.Next(4) == 0 ? random.Next(1, 300) : 0, random.Next(4) == 0 ? Fanout.All : Fanout.Default, false);

    private ConsistencyLevel DrawLevel()
    {
        if (random.Next(100) >= options.PercentOtherLevels) return ConsistencyLevel.Default;
        return random.Next(2) == 0 ? ConsistencyLevel.Of(1) : ConsistencyLevel.All;
    }
}

/// <param name="PercentOtherLevels">Of the levels drawn, how many are ONE or ALL instead of QUORUM.</param>
/// <param name="PercentClears">Of the requests, how many delete every key.</param>
public sealed record WorkloadOptions(int Clients = 6, int Keys = 3, int MeanThinkMicroseconds = 30_000, int PercentOtherLevels = 30, int PercentClears = 0);
