using System.Text;

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

    /// <summary>A key's requests, one a line: what a person reads when a check failed.</summary>
    public string Describe(string key)
    {
        var text = new StringBuilder();
        foreach (Observation observation in Of(key)) text.Append(observation).Append('\n');
        return text.ToString();
    }
}
