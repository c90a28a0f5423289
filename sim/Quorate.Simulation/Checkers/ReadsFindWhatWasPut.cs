using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>
/// A value is one that somebody put under that key, and had begun to when the read ended: none is made up, mixed up or torn.
/// Nor is it carried to a version that its put never had: an acknowledged put's last stamp is its highest.
/// </summary>
public sealed class ReadsFindWhatWasPut : IChecker
{
    public string Invariant => "A read found a value that nobody had put there, or under a version that its put never had.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var puts = history.Of(key).Where(o => o.IsPut).ToLookup(o => o.Value!);
            foreach (Observation read in history.Of(key).Where(o => o.IsOkRead && o.Value is not null))
            {
                if (!puts[read.Value!].Any(put => MayShow(put, read))) return new Violation(Invariant, key, $"{read}");
            }
        }

        return null;
    }

    private static bool MayShow(Observation put, Observation read) =>
        put.Began <= read.Ended && (put.Told != Told.Ok || read.Version <= put.Version);
}
