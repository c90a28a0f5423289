using Quorate.Core.Placement;

namespace Quorate.Core.Membership;

/// <summary>
/// A member is suspected and has until the deadline to take it back. The deadline comes nearer as others accuse it on their
/// own (Lifeguard, "dynamic suspicion timeouts"): a single accuser may be the one who is ill.
/// </summary>
public sealed class Suspicion
{
    private readonly List<NodeId> _accusers;
    private readonly (int Least, int Most) _bounds;
    private readonly int _wanted;
    private readonly long _start;

    /// <summary>Begins with one accuser, and so with the longest time.</summary>
    /// <param name="accuser">The first.</param>
    /// <param name="bounds">Of the timeout, in ms.</param>
    /// <param name="wanted">Further accusers that bring it down to the least.</param>
    /// <param name="now">In ms.</param>
    public Suspicion(NodeId accuser, (int Least, int Most) bounds, int wanted, long now)
    {
        _accusers = [accuser];
        _bounds = bounds;
        _wanted = wanted;
        _start = now;
    }

    /// <summary>When the member is dead unless it takes it back, in ms by the clock that the suspicion began on.</summary>
    public long Deadline => _start + Timeout(_bounds.Least, _bounds.Most, _wanted, _accusers.Count - 1);

    /// <summary>True where that is news: an accuser not counted yet, while more are wanted.</summary>
    public bool Confirm(NodeId accuser)
    {
        if (_accusers.Count > _wanted || _accusers.Contains(accuser)) return false;
        _accusers.Add(accuser);
        return true;
    }

    /// <summary>Most − (most − least) · log(confirmations + 1) / log(wanted + 1); the least where none are wanted.</summary>
    /// <param name="least">In ms.</param>
    /// <param name="most">In ms, at least <paramref name="least"/>.</param>
    /// <param name="wanted">Further accusers that bring it down to the least.</param>
    /// <param name="confirmations">Further accusers so far.</param>
    /// <returns>In ms.</returns>
    public static int Timeout(int least, int most, int wanted, int confirmations)
    {
        if (confirmations >= wanted) return least;
        UInt128 taken = (UInt128)(most - least) * BinaryLogarithm.Log2((uint)confirmations + 1) / BinaryLogarithm.Log2((uint)wanted + 1);
        return most - (int)taken;
    }

    /// <summary>The bounds in a cluster: the least grows with log10 of the members, as the time that gossip takes to reach all.</summary>
    /// <param name="options">How careful to be.</param>
    /// <param name="members">Of the cluster, this node too.</param>
    /// <returns>In ms.</returns>
    public static (int Least, int Most) Bounds(SwimOptions options, int members)
    {
        ulong ten = BinaryLogarithm.Log2(10);
        ulong scale = Math.Max(BinaryLogarithm.Log2((uint)members), ten);
        int least = (int)((UInt128)(options.SuspicionProbes * options.ProbeMilliseconds) * scale / ten);
        return (least, least * options.SuspicionSpread);
    }
}
