using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Troubles;

/// <summary>
/// A sector of a disk reads wrong for a while: one bit in a closed place of a node's log, where a later group calls it
/// durable, so that it is not taken for a torn tail. It is found when the node starts or compacts. What it belongs to is
/// unfit then (law 11), and stays so as long as nothing can fetch it from the other replicas: so in the end the sector reads
/// right again, and the node is restarted.
/// </summary>
internal sealed class FlippedBit : Trouble
{
    private readonly SimNode _node;
    private readonly Action _flipBack;

    private FlippedBit(SimNode node, string segment)
        : base($"a bit flips in {node.Name}'s {segment}")
    {
        _node = node;
        _flipBack = node.Disk.FlipBit(segment);
    }

    /// <summary>Null where the node's log is too short to have a closed place.</summary>
    public static Trouble? TryBegin(SimNode node, Random random)
    {
        string[] segments = [.. node.Disk.ClosedFiles().Where(name => name.EndsWith(".log", StringComparison.Ordinal))];
        if (segments.Length == 0) return null;

        var trouble = new FlippedBit(node, segments[random.Next(segments.Length)]);
        if (random.Next(2) == 0) node.Restart(); // and finds it at once
        return trouble;
    }

    public override void End()
    {
        _flipBack();
        _node.Restart();
    }
}
