namespace Quorate.Core.Versions;

/// <summary>A write's place in the total order of its key: hybrid time first, then the writer, so no two writers tie.</summary>
/// <param name="Timestamp">When, by the writer's clock and all it had seen.</param>
/// <param name="Writer">Whose.</param>
public readonly record struct Version(HybridTimestamp Timestamp, WriterId Writer) : IComparable<Version>
{
    /// <summary>Bytes on the wire and on disk: timestamp (8), node id (8), start number (4).</summary>
    public const int Size = 20;

    /// <summary>Below every version that was ever minted: what an absent entry has.</summary>
    public static Version None => default;

    /// <inheritdoc/>
    public int CompareTo(Version other)
    {
        int byTime = Timestamp.CompareTo(other.Timestamp);
        return byTime != 0 ? byTime : Writer.CompareTo(other.Writer);
    }

    /// <summary>Older.</summary>
    public static bool operator <(Version left, Version right) => left.CompareTo(right) < 0;

    /// <summary>Newer.</summary>
    public static bool operator >(Version left, Version right) => left.CompareTo(right) > 0;

    /// <summary>Older, or the same write.</summary>
    public static bool operator <=(Version left, Version right) => left.CompareTo(right) <= 0;

    /// <summary>Newer, or the same write.</summary>
    public static bool operator >=(Version left, Version right) => left.CompareTo(right) >= 0;

    /// <summary>For people: <c>milliseconds.logical@writer</c>.</summary>
    public override string ToString() => $"{Timestamp}@{Writer}";
}
