using System.Globalization;

namespace Quorate.Core.Membership;

/// <summary>A node's identity: 64 random bits drawn when its disk was empty, and never used again.</summary>
/// <param name="Value">0 is no node.</param>
public readonly record struct NodeId(ulong Value) : IComparable<NodeId>
{
    /// <summary>By number: the order in which members are listed and equal distances settled.</summary>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The greater number.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    /// <summary>The lesser number.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Hexadecimal digits, 16 at most but for zeros in front.</param>
    /// <exception cref="FormatException">It holds anything else.</exception>
    /// <exception cref="OverflowException">It is above 64 bits.</exception>
    public static NodeId Parse(string text) => new(ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>16 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
