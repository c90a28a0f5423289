namespace Quorate.Core.Versions;

/// <summary>
/// 48 bits of Unix milliseconds and 16 logical bits in one integer, so that comparing two is one instruction
/// (Kulkarni et al. 2014, section 3.3).
/// </summary>
/// <param name="Value">Unix ms in the upper 48 bits, the logical part in the lower 16.</param>
public readonly record struct HybridTimestamp(ulong Value) : IComparable<HybridTimestamp>
{
    private const int LogicalBits = 16;

    /// <summary>Above all that is plausible.</summary>
    public static HybridTimestamp Last => new(ulong.MaxValue);

    /// <summary>Unix ms, 0 to 2^48 − 1.</summary>
    public long Milliseconds => (long)(Value >> LogicalBits);

    /// <summary>Tells apart what falls into one ms: even in first stamps, odd in restamps (<see cref="HybridClock"/>).</summary>
    public ushort Logical => (ushort)Value;

    /// <summary>
    /// Whether it lies before the year 6429. What claims to be later was made up, and is not let in: above the last
    /// timestamp of all there is no restamp, and no put could win.
    /// </summary>
    public bool IsPlausible => Value <= long.MaxValue;

    /// <summary>
    /// Whether it lies before the year 4199: what a client says must leave room for the restamps of all who write the key later, each of
    /// which is a little above what it has seen and must be plausible itself.
    /// </summary>
    public bool LeavesRoom => Value <= long.MaxValue / 2;

    /// <summary>The first timestamp of a millisecond: its logical part is 0.</summary>
    /// <param name="milliseconds">Unix ms, 0 to 2^48 − 1; higher bits are lost.</param>
    public static HybridTimestamp FromMilliseconds(long milliseconds) => new((ulong)milliseconds << LogicalBits);

    /// <inheritdoc/>
    public int CompareTo(HybridTimestamp other) => Value.CompareTo(other.Value);

    /// <summary>Earlier.</summary>
    public static bool operator <(HybridTimestamp left, HybridTimestamp right) => left.Value < right.Value;

    /// <summary>Later.</summary>
    public static bool operator >(HybridTimestamp left, HybridTimestamp right) => left.Value > right.Value;

    /// <summary>Earlier, or the same.</summary>
    public static bool operator <=(HybridTimestamp left, HybridTimestamp right) => left.Value <= right.Value;

    /// <summary>Later, or the same.</summary>
    public static bool operator >=(HybridTimestamp left, HybridTimestamp right) => left.Value >= right.Value;

    /// <summary>For people: <c>milliseconds.logical</c>.</summary>
    public override string ToString() => $"{Milliseconds}.{Logical}";
}
