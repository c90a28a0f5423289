using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>Something that must hold of every run, whatever went wrong in it.</summary>
public interface IChecker
{
    /// <summary>In words that are printed when it is broken.</summary>
    string Invariant { get; }

    /// <summary>The first place where it is broken, or null.</summary>
    Violation? Check(History history);
}

/// <param name="Key">Whose history shows it; null where it is no key's.</param>
/// <param name="What">The requests that contradict each other.</param>
public sealed record Violation(string Invariant, string? Key, string What)
{
    public string Describe(History history) =>
        Key is null ? $"{Invariant}\n{What}" : $"{Invariant}\n{What}\nAll of key {Key}:\n{history.Describe(Key)}";
}
