namespace Quorate.Core.Membership;

/// <summary>
/// Orders what is said of one member: only the member itself raises it, to take back that it is suspected (SWIM, 4.2).
/// Its upper half is the member's start number, so a restarted node is above all that was said of its earlier lives.
/// </summary>
/// <param name="Value">The start number in the upper 32 bits, refutations since then in the lower.</param>
public readonly record struct Incarnation(ulong Value) : IComparable<Incarnation>
{
    /// <summary>Nothing was heard of the member yet.</summary>
    public static Incarnation Unheard => default;

    /// <summary>The same member, having refuted once more. Stays where it is at the very end, never to go back to 0.</summary>
    public Incarnation Next => new(Value == ulong.MaxValue ? Value : Value + 1);

    /// <summary>The first of a start, before anything was refuted.</summary>
    public static Incarnation OfStart(uint start) => new((ulong)start << 32);

    /// <inheritdoc/>
    public int CompareTo(Incarnation other) => Value.CompareTo(other.Value);

    /// <summary>For people: <c>start.refutations</c>.</summary>
    public override string ToString() => $"{Value >> 32}.{(uint)Value}";
}
