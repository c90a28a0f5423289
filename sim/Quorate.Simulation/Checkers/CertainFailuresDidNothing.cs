using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Law 7: all failures but TimedOut promise that nothing was stored. An edit that did not apply says the same.</summary>
public sealed class CertainFailuresDidNothing : IChecker
{
    public string Invariant => "A put was said to have failed for certain, and a read found its value.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            // Values are never put twice in a run.
            Dictionary<string, Observation> refused = history.Of(key).Where(o => o.IsCertainlyNotMade).ToDictionary(o => o.Value!);
            foreach (Observation read in history.Of(key).Where(o => o.IsOkRead && o.Value is not null))
            {
                if (refused.TryGetValue(read.Value!, out Observation? put)) return new Violation(Invariant, key, $"{put}\n{read}");
            }
        }

        return null;
    }
}
