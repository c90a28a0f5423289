namespace Quorate.Core.DataTypes;

/// <summary>
/// When an entry stops being live: a component with a version of its own, always kept beside the value version it
/// belongs to. Setting an expiry reads the present one and takes the next generation, so it replaces what it saw;
/// two that saw the same one have the same generation and merge to the longest. (Generation, longest, version) is a
/// total order, so the join is the greater of the two, which is a lattice without further proof.
/// </summary>
/// <param name="Generation">How many expiries of this value version came before; 0 is what the put itself said.</param>
/// <param name="AtMilliseconds">Unix ms from which the entry is no longer live; 0 is never.</param>
/// <param name="Version">Who set it and when; <see cref="Versions.Version.None"/> when the put itself did.</param>
public readonly record struct Expiry(uint Generation, long AtMilliseconds, Version Version) : IComparable<Expiry>
{
    /// <summary>Lives until it is overwritten; below every other expiry of a higher generation.</summary>
    public static Expiry Never => default;

    /// <summary>Whether no time is set.</summary>
    public bool IsNever => AtMilliseconds == 0;

    /// <summary>What a put itself says: generation 0.</summary>
    /// <param name="unixMilliseconds">Unix ms; 0 is never.</param>
    public static Expiry At(long unixMilliseconds) => new(0, unixMilliseconds, Version.None);

    /// <summary>The expiry that replaces this one.</summary>
    /// <param name="atMilliseconds">Unix ms; 0 is never.</param>
    /// <param name="version">Of the edit that sets it.</param>
    public Expiry Next(long atMilliseconds, Version version) => new(Generation + 1, atMilliseconds, version);

    /// <summary>Whether that time has come; never is never.</summary>
    /// <param name="nowMilliseconds">The wall clock, Unix ms.</param>
    public bool HasPassed(long nowMilliseconds) => !IsNever && AtMilliseconds <= nowMilliseconds;

    /// <summary>By generation, then time, where never is the longest, then version. The join is the greater.</summary>
    public int CompareTo(Expiry other)
    {
        int byGeneration = Generation.CompareTo(other.Generation);
        if (byGeneration != 0) return byGeneration;
        int byTime = Length.CompareTo(other.Length);
        return byTime != 0 ? byTime : Version.CompareTo(other.Version);
    }

    private long Length => IsNever ? long.MaxValue : AtMilliseconds;
}
