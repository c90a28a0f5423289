namespace Quorate.Core.Versions;

/// <summary>
/// 48 bits of Unix milliseconds and 16 logical bits in one integer, so that comparing two is one instruction
/// (Kulkarni et al. 2014, section 3.3).
/// </summary>
public readonly record struct HybridTimestamp(ulong Value) : IComparable<HybridTimestamp>
{
    private const int LogicalBits = 16;

    /// <summary>Above all that is plausible.</summary>
    public static HybridTimestamp Last => new(ulong.MaxValue);

    public long Milliseconds => (long)(Value >> LogicalBits);

    public ushort Logical => (ushort)Value;

    /// <summary>
    /// Whether it lies before the year 6429. What claims to be later was made up, and is not let in: above the last
    /// timestamp of all there is no restamp, and no put could win.
    /// </summary>
    public bool IsPlausible => Value <= long.MaxValue;

    public static HybridTimestamp FromMilliseconds(long milliseconds) => new((ulong)milliseconds << LogicalBits);

    public int CompareTo(HybridTimestamp other) => Value.CompareTo(other.Value);

    public static bool operator <(HybridTimestamp left, HybridTimestamp right) => left.Value < right.Value;

    public static bool operator >(HybridTimestamp left, HybridTimestamp right) => left.Value > right.Value;

    public static bool operator <=(HybridTimestamp left, HybridTimestamp right) => left.Value <= right.Value;

    public static bool operator >=(HybridTimestamp left, HybridTimestamp right) => left.Value >= right.Value;

    public override string ToString() => $"{Milliseconds}.{Logical}";
}
