using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>
/// A bit of a disk turns over for good: in a closed place of a node's log, where a later group calls it durable, so that it is not
/// taken for a torn tail. It is found when the node reads it, scrubs, compacts or starts. What it belongs to is unfit then (law 11)
/// until the node has fetched it from the other replicas, and the segment goes.
/// </summary>
internal sealed class FlippedBit : Trouble
{
    private readonly SimNode _node;
    private readonly string _segment;

    private FlippedBit(SimNode node, string segment)
        : base($"a bit flips in {node.Name}'s {segment}")
    {
        (_node, _segment) = (node, segment);
        node.Disk.FlipBit(segment);
    }

    public override bool IsMended => !_node.Disk.Holds(_segment);

    /// <summary>Null where the node's log is too short to have a closed place.</summary>
    public static Trouble? TryBegin(SimNode node, Random random)
    {
        string[] segments = [.. node.Disk.ClosedFiles().Where(name => name.EndsWith(".log", StringComparison.Ordinal))];
        if (segments.Length == 0) return null;

        var trouble = new FlippedBit(node, segments[random.Next(segments.Length)]);
        if (random.Next(2) == 0) node.Restart(); // and finds it at once
        return trouble;
    }

    /// <summary>If nobody has found it yet, this start does.</summary>
    public override void End() => _node.Restart();
}
