using System.Globalization;

namespace Quorate.Core.Membership;

/// <summary>A node's identity: 64 random bits drawn when its disk was empty, and never used again.</summary>
public readonly record struct NodeId(ulong Value) : IComparable<NodeId>
{
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static NodeId Parse(string text) => new(ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
