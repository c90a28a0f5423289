using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>
/// How far a node is from a partition; the nearest nodes hold it (Thaler and Ravishankar 1998; with weights as in
/// Schindelhauer and Schomaker 2005). A distance depends on nobody else, so a node that joins takes partitions from
/// the others and moves none between them.
/// </summary>
/// <remarks>
/// A race: -log(u) of a uniform u is an exponential waiting time, divided by the weight one that runs that many times
/// as fast, and the chance of an exponential clock to ring first is its rate's share of all rates.
/// </remarks>
public static class RendezvousHash
{
    /// <summary>The golden ratio's fraction times 2^64, the step of SplitMix64.</summary>
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>How far a node is from a partition: the lower, the nearer.</summary>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="node">The id that it is placed by.</param>
    /// <param name="weight">At least 1.</param>
    public static ulong Distance(int partition, NodeId node, int weight) =>
        BinaryLogarithm.MinusLog2(Draw(partition, node)) / (ulong)weight;

    /// <summary>The partition's number in the SplitMix64 sequence that the node's id seeds.</summary>
    private static ulong Draw(int partition, NodeId node) => Mix(Mix(node.Value) + ((ulong)partition + 1) * Step);

    /// <summary>SplitMix64's finalizer (Steele, Lea and Flood 2014): each bit of input reaches every bit of output.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
