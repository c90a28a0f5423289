using Quorate.Simulation.Histories;

namespace Quorate.Simulation;

/// <param name="Seconds">Virtual ones, without the healing.</param>
/// <param name="Troubles">What began and ended, a line each, with its virtual µs first.</param>
/// <param name="Failure">What broke, with the key's history, the trouble and the nodes' logs; null where all held.</param>
public sealed record RunReport(int Seed, ulong TraceHash, double Seconds, History History, int Faults, IReadOnlyList<string> Troubles, string? Failure)
{
    /// <summary>All that happened, in order: what clients were told and what trouble came, with the virtual µs first.</summary>
    public IEnumerable<string> Events =>
        History.All.Select(observation => $"{observation}").Concat(Troubles).OrderBy(TimeOf);

    /// <summary>How often somebody had to set a clock because a node refused to start under it.</summary>
    public int ClockCorrections { get; init; }

    public int Requests { get; } = History.All.Count;

    public int Acknowledged { get; } = History.All.Count(observation => observation.Told == Told.Ok);

    /// <summary>The figures alone: of many seeds the histories would fill the memory.</summary>
    public RunReport WithoutHistory() => this with { History = new History([]) };

    private static long TimeOf(string line) => long.Parse(line.TrimStart().Split(' ', 2)[0]);
}
