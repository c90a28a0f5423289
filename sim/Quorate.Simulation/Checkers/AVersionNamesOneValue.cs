using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>A writer id mints no version of a key twice, so whoever shows a version shows the value that was put under it.</summary>
public sealed class AVersionNamesOneValue : IChecker
{
    public string Invariant => "One version was told with two values.";

    public Violation? Check(History history)
    {
        foreach (string key in history.Keys)
        {
            var byVersion = new Dictionary<Version, Observation>();
            HashSet<string> expiring = [.. history.Of(key).Where(o => o.IsPut && o.ExpiresAt > 0).Select(o => o.Value!)];
            foreach (Observation told in history.Of(key).Where(o => o.IsOkRead || o.IsAcknowledgedWrite))
            {
                if (!byVersion.TryAdd(told.Version, told) && !AreTheSame(byVersion[told.Version].Value, told.Value, expiring))
                    return new Violation(Invariant, key, $"{byVersion[told.Version]}\n{told}");
            }
        }

        return null;
    }

    /// <summary>Nothing is the same as any value that expires.</summary>
    private static bool AreTheSame(string? one, string? two, HashSet<string> expiring) =>
        one == two || (one is null && expiring.Contains(two!)) || (two is null && expiring.Contains(one!));
}
