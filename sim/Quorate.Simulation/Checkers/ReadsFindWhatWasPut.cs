using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>A value is one that somebody put under that key, and had begun to when the read ended: none is made up, mixed up or torn.</summary>
public sealed class ReadsFindWhatWasPut : IChecker
{
    public string Invariant => "A read found a value that nobody had put there.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var began = new Dictionary<string, long>();
            foreach (Observation put in history.Of(key).Where(o => o.IsPut)) began.TryAdd(put.Value!, put.Began);
            foreach (Observation read in history.Of(key).Where(o => o.IsOkRead && o.Value is not null))
            {
                if (!began.TryGetValue(read.Value!, out long since) || since > read.Ended) return new Violation(Invariant, key, $"{read}");
            }
        }

        return null;
    }
}
