namespace Quorate.Core.Versions;

/// <summary>Whether a coordinator may trust its own clock, judged by what it hears of its peers' clocks.</summary>
public static class Drift
{
    /// <summary>
    /// True when a majority of this node and the peers it hears are within the limit of its clock. With one peer heard,
    /// that peer decides (of two clocks nobody knows the wrong one); with none, the node's own clock.
    /// </summary>
    /// <param name="offsets">Peer's clock minus own, in ms, one for each peer heard lately.</param>
    /// <param name="limit">How many ms two clocks may differ.</param>
    public static bool Admits(ReadOnlySpan<long> offsets, long limit)
    {
        if (offsets.IsEmpty) return true;

        int within = 0;
        foreach (long offset in offsets)
        {
            if (offset >= -limit && offset <= limit) within++;
        }

        if (offsets.Length == 1) return within == 1;
        int clocks = offsets.Length + 1;
        return within + 1 > clocks / 2;
    }

    /// <summary>What to add to the own clock to have that of most peers, whatever single ones say; 0 where none is heard.</summary>
    /// <param name="offsets">As above; put in order.</param>
    public static long Median(Span<long> offsets)
    {
        if (offsets.IsEmpty) return 0;
        offsets.Sort();
        return offsets[(offsets.Length - 1) / 2];
    }
}
