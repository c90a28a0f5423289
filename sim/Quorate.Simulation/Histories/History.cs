using System.Text;
using Quorate.Core.Versions;

namespace Quorate.Simulation.Histories;

/// <summary>All that checkers know of a run: its requests in the order in which they began, and what the nodes had at its end.</summary>
public sealed class History
{
    private readonly ILookup<string, Observation> _byKey;

    public History(IEnumerable<Observation> observations)
    {
        All = [.. observations.OrderBy(observation => observation.Began)];
        _byKey = All.ToLookup(observation => observation.Key);
    }

    public IReadOnlyList<Observation> All { get; }

    /// <summary>What the home replicas of each key held once the cluster had converged.</summary>
    public IReadOnlyList<Copy> Copies { get; init; } = [];

    /// <summary>What they held before anybody read anything, when all hints had been handed over.</summary>
    public IReadOnlyList<Copy> CopiesAfterHandoff { get; init; } = [];

    /// <summary>Of each node's gauges, the highest and the last.</summary>
    public IReadOnlyList<Reading> Readings { get; init; } = [];

    public IEnumerable<string> Keys => _byKey.Select(group => group.Key);

    public IEnumerable<Observation> Of(string key) => _byKey[key];

    /// <summary>
    /// Whether a read found less than was told before it began. Not where it found nothing and there may be nothing left: what was
    /// told, or something newer, was deleted or has expired, and a horizon has passed it.
    /// </summary>
    public bool IsStale(Observation read, Observation told)
    {
        if (read.Version >= told.Version) return false;
        return read.Value is not null || !MayBeGone(told, read.GoneUpTo, read.Ended);
    }

    /// <summary>Whether what was told, or something newer that had begun by then, was deleted or has expired, and a horizon has passed it.</summary>
    public bool MayBeGone(Observation told, HybridTimestamp horizon, long by = long.MaxValue) =>
        told.MayBeGoneBy(horizon)
        || Of(told.Key).Any(o => o.Verb != Verb.Get && o.Began <= by && (o.Version >= told.Version || o.Version == Version.None) && o.MayBeGoneBy(horizon));

    /// <summary>A key's requests, one a line: what a person reads when a check failed.</summary>
    public string Describe(string key)
    {
        var text = new StringBuilder();
        foreach (Observation observation in Of(key)) text.Append(observation).Append('\n');
        return text.ToString();
    }
}
