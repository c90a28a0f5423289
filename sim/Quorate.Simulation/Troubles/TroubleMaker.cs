using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>Begins troubles of some kinds at random moments, several at a time, and ends each after a while; all of them when it is stopped.</summary>
/// <param name="victims">Who may be in the middle of one.</param>
/// <param name="kinds">At least one.</param>
/// <param name="budget">What may be lost.</param>
public sealed class TroubleMaker(SimCluster cluster, IReadOnlyList<SimNode> victims, IReadOnlyList<TroubleKind> kinds, Budget budget, Random random)
{
    /// <summary>Microseconds between two beginnings.</summary>
    private const int MostQuiet = 1_500_000;

    /// <summary>Microseconds between two looks whether what was lost is there again.</summary>
    private const int MendLook = 100_000;

    /// <summary>Longer than a connection's patience, so that some troubles are noticed and some are not.</summary>
    private const int LongestMilliseconds = 8_000;

    private readonly List<(Trouble Trouble, Loss Loss)> _lasting = [];
    private readonly List<string> _log = [];
    private bool _isStopped;

    /// <summary>How many have begun.</summary>
    public int Count { get; private set; }

    /// <summary>What began and ended, and when.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>Half of them, or few: what many kinds together hide, one kind alone may show.</summary>
    public static IReadOnlyList<TroubleKind> DrawSome(IReadOnlyList<TroubleKind> kinds, Random random)
    {
        int oneIn = random.Next(2, 12);
        TroubleKind[] some = [.. kinds.Where(_ => random.Next(oneIn) == 0)];
        return some.Length > 0 ? some : [kinds[random.Next(kinds.Count)]];
    }

    public void Start() => cluster.Scheduler.After(random.Next(MostQuiet), Begin);

    /// <summary>Ends all trouble.</summary>
    public void Stop()
    {
        _isStopped = true;
        foreach ((Trouble trouble, Loss loss) in _lasting.ToArray()) End(trouble, loss);
    }

    private void Begin()
    {
        if (_isStopped) return;
        TroubleKind kind = kinds[random.Next(kinds.Count)];
        SimNode victim = victims[random.Next(victims.Count)];
        if (budget.TrySpend(kind.Loss)) Begin(kind, victim);
        Start();
    }

    private void Begin(TroubleKind kind, SimNode victim)
    {
        if (kind.Begin(cluster, victim, random) is not { } trouble)
        {
            budget.Return(kind.Loss);
            return;
        }

        Count++;
        _lasting.Add((trouble, kind.Loss));
        Note(trouble.What);

        // Most are short: the square of a number below 1 is small more often than not.
        double share = random.NextDouble();
        long milliseconds = kind.IsLong ? random.Next(LongestMilliseconds, 4 * LongestMilliseconds) : (long)(share * share * LongestMilliseconds);
        cluster.Scheduler.After(milliseconds * 1000, () => End(trouble, kind.Loss));
    }

    private void End(Trouble trouble, Loss loss)
    {
        if (!_lasting.Remove((trouble, loss))) return;
        Note($"over: {trouble.What}");
        trouble.End();
        ReturnOnceMended(trouble, loss);
    }

    private void ReturnOnceMended(Trouble trouble, Loss loss)
    {
        if (trouble.IsMended) budget.Return(loss);
        else cluster.Scheduler.After(MendLook, () => ReturnOnceMended(trouble, loss));
    }

    private void Note(string what) => _log.Add($"{cluster.Scheduler.Now,10} {what}");
}
