using System.Text;

namespace Quorate.Simulation.Histories;

/// <summary>All requests of a run, in the order in which they began.</summary>
public sealed class History
{
    private readonly ILookup<string, Observation> _byKey;

    public History(IEnumerable<Observation> observations)
    {
        All = [.. observations.OrderBy(observation => observation.Began)];
        _byKey = All.ToLookup(observation => observation.Key);
    }

    public IReadOnlyList<Observation> All { get; }

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
