namespace Quorate.Simulation.Histories;

/// <summary>
/// The greatest version that had been told to clients by a moment, by the number of replicas that were counted for it: what
/// a later request whose replicas must meet those has to see or beat.
/// </summary>
public sealed class Frontier
{
    private readonly int _replicas;
    private readonly List<Observation>[] _rising;

    /// <param name="told">Of one key; those that ended ok.</param>
    /// <param name="replicas">N.</param>
    public Frontier(IEnumerable<Observation> told, int replicas)
    {
        _replicas = replicas;
        _rising = [.. Enumerable.Range(0, replicas + 1).Select(_ => new List<Observation>())];
        foreach (Observation observation in told.OrderBy(observation => observation.Ended))
        {
            List<Observation> rising = _rising[observation.Meets];
            if (rising.Count == 0 || observation.Version > rising[^1].Version) rising.Add(observation);
        }
    }

    /// <summary>The greatest that was told before a moment at so many replicas that any <paramref name="level"/> include one of them.</summary>
    public Observation? Before(long moment, int level)
    {
        Observation? greatest = null;
        for (int other = Math.Max(1, _replicas - level + 1); other <= _replicas; other++)
        {
            if (LastBefore(_rising[other], moment) is { } last && (greatest is null || last.Version > greatest.Version)) greatest = last;
        }

        return greatest;
    }

    private static Observation? LastBefore(List<Observation> rising, long moment)
    {
        (int low, int high) = (0, rising.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (rising[middle].Ended < moment) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : rising[low - 1];
    }
}
