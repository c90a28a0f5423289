using Quorate.Core.Membership;

namespace Quorate.Core.Versions;

/// <summary>
/// Who minted a version: a node and the number of its start. The start number is fsynced and raised at each start,
/// so no writer id is ever used again, not even after a node lost its unsynced data (Riak's "kv679").
/// </summary>
public readonly record struct WriterId(NodeId Node, uint Start) : IComparable<WriterId>
{
    public int CompareTo(WriterId other)
    {
        int byNode = Node.CompareTo(other.Node);
        return byNode != 0 ? byNode : Start.CompareTo(other.Start);
    }

    public override string ToString() => $"{Node}-{Start}";
}
