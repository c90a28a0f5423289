using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>
/// Law 7: all failures but TimedOut promise that nothing was stored. An edit that did not apply says the same. A value whose
/// put was tried again may come from another attempt, a version never.
/// </summary>
public sealed class CertainFailuresDidNothing : IChecker
{
    public string Invariant => "A write was said to have failed for certain, and a read found it.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var values = history.Of(key).Where(o => o.IsPut).ToLookup(o => o.Value!);
            var versions = history.Of(key).Where(o => o.IsCertainlyNotMade && o.Version != Version.None).ToLookup(o => o.Version);
            foreach (Observation read in history.Of(key).Where(o => o.IsOkRead))
            {
                Observation? refused = versions[read.Version].FirstOrDefault();
                if (refused is null && read.Value is not null && values[read.Value].All(o => o.IsCertainlyNotMade)) refused = values[read.Value].FirstOrDefault();
                if (refused is not null) return new Violation(Invariant, key, $"{refused}\n{read}");
            }
        }

        return null;
    }
}
