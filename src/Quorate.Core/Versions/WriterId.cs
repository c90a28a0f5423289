using Quorate.Core.Membership;

namespace Quorate.Core.Versions;

/// <summary>
/// Who minted a version: a node and the number of its start. The start number is fsynced and raised at each start,
/// so no writer id is ever used again, not even after a node lost its unsynced data (Riak's "kv679").
/// </summary>
/// <param name="Node">The node, or the id leased to a client's process.</param>
/// <param name="Start">Its start number.</param>
public readonly record struct WriterId(NodeId Node, uint Start) : IComparable<WriterId>
{
    /// <summary>By node id, then start number: any fixed order does, for it only settles ties of timestamps.</summary>
    public int CompareTo(WriterId other)
    {
        int byNode = Node.CompareTo(other.Node);
        return byNode != 0 ? byNode : Start.CompareTo(other.Start);
    }

    /// <summary>For people: <c>node-start</c>, the node as 16 hexadecimal digits.</summary>
    public override string ToString() => $"{Node}-{Start}";
}
