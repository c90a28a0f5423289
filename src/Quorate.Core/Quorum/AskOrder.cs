using System.Runtime.CompilerServices;

namespace Quorate.Core.Quorum;

/// <summary>Ranks in the order in which they are asked.</summary>
public struct AskOrder
{
    private Places _places;

    /// <summary>Ranks added so far.</summary>
    public int Count { get; private set; }

    /// <summary>The ranks in it, whatever their order.</summary>
    public ReplicaSet Ranks { get; private set; }

    /// <summary>The rank at a place, from 0 for who is asked first.</summary>
    public readonly int this[int place] => _places[place];

    /// <summary>Adds a rank behind the others.</summary>
    /// <param name="rank">Below <see cref="ReplicaSet.MaxReplicas"/>, and not in it yet.</param>
    public void Add(int rank)
    {
        _places[Count++] = (byte)rank;
        Ranks = Ranks.With(rank);
    }

    /// <summary>Adds them with the quickest first.</summary>
    /// <param name="ranks">Those to add; none of them is in it yet.</param>
    /// <param name="latencies">By rank; of equal ones the lower rank goes first.</param>
    public void AddQuickestFirst(ReplicaSet ranks, ReadOnlySpan<int> latencies)
    {
        for (ReplicaSet rest = ranks; !rest.IsEmpty;)
        {
            int quickest = rest.First;
            for (ReplicaSet others = rest.Without(quickest); !others.IsEmpty; others = others.Without(others.First))
            {
                if (latencies[others.First] < latencies[quickest]) quickest = others.First;
            }

            Add(quickest);
            rest = rest.Without(quickest);
        }
    }

    [InlineArray(ReplicaSet.MaxReplicas)]
    private struct Places
    {
        private byte _first;
    }
}
