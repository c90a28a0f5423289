using System.Collections.Immutable;
using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>
/// Makes the preference lists of all partitions from the members: a pure function of them. Rank by rank, partition by
/// partition, the nearest node (<see cref="RendezvousHash"/>) that is not yet in the list takes the rank, if its zone
/// has its turn and its share has room. Distinct nodes come before zones, zones before shares.
/// </summary>
/// <remarks>
/// Zones take turns in rounds: each round gives one rank to every zone that still has a node. So N replicas sit in N
/// zones where there are that many, and beyond that are spread evenly: 5 in 3 zones are 2, 2 and 1, and no zone's loss
/// takes a quorum along.
/// Where no share has room (a small zone must hold more than its share, or a heavy node cannot hold a partition
/// twice), the nearest takes the rank all the same. Evening the excess out would win 6 % at the hottest node and
/// double what a new node moves.
/// </remarks>
internal sealed class PlacementWalk
{
    private readonly ImmutableArray<Member> _members;
    private readonly long _totalWeight;

    /// <summary>Each member's zone, by number, and each zone's size.</summary>
    private readonly int[] _zoneOf;
    private readonly int[] _zoneSizes;

    /// <summary>A row a partition. At rank k its first k members are placed and the others follow, nearest first.</summary>
    private readonly ushort[] _lists;

    /// <summary>How many of the ranks so far each member has, over all partitions.</summary>
    private readonly int[] _held;

    /// <summary>For each partition and zone, how many of the zone's members are placed.</summary>
    private readonly ushort[] _placedOfZone;

    private PlacementWalk(ImmutableArray<Member> members)
    {
        _members = members;
        _totalWeight = members.Sum(member => (long)member.Weight);
        string[] zones = [.. members.Select(member => member.Zone).Distinct(StringComparer.Ordinal)];
        _zoneOf = [.. members.Select(member => Array.IndexOf(zones, member.Zone))];
        _zoneSizes = new int[zones.Length];
        foreach (int zone in _zoneOf) _zoneSizes[zone]++;
        _lists = new ushort[Partition.Count * members.Length];
        _held = new int[members.Length];
        _placedOfZone = new ushort[Partition.Count * zones.Length];
    }

    /// <param name="members">In the order of the ids they are placed by, which settles equal distances.</param>
    /// <returns>For each partition in turn, the indexes of all members in order of preference.</returns>
    public static ushort[] Run(ImmutableArray<Member> members)
    {
        var walk = new PlacementWalk(members);
        walk.SortByDistance();
        int rank = 0;
        for (int round = 0; rank < members.Length; round++)
        {
            int turns = walk._zoneSizes.Count(size => size > round);
            for (int turn = 0; turn < turns; turn++) walk.FillRank(rank++, round);
        }

        return walk._lists;
    }

    private void SortByDistance()
    {
        var candidates = new Candidate[_members.Length];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                candidates[i] = new Candidate(RendezvousHash.Distance(partition, _members[i].PlacedAs, _members[i].Weight), (ushort)i);
            }

            Array.Sort(candidates);
            Span<ushort> list = ListOf(partition);
            for (int i = 0; i < candidates.Length; i++) list[i] = candidates[i].Member;
        }
    }

    private void FillRank(int rank, int round)
    {
        int[] caps = [.. _members.Select(member => Cap(member.Weight, _totalWeight, rank + 1))];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            Span<ushort> waiting = ListOf(partition)[rank..];
            Span<ushort> placedOfZone = _placedOfZone.AsSpan(partition * _zoneSizes.Length, _zoneSizes.Length);
            int chosen = Choose(waiting, placedOfZone, round, caps);
            ushort member = waiting[chosen];
            waiting[..chosen].CopyTo(waiting[1..]); // those passed over stay in order behind it
            waiting[0] = member;
            placedOfZone[_zoneOf[member]]++;
            _held[member]++;
        }
    }

    private int Choose(ReadOnlySpan<ushort> waiting, ReadOnlySpan<ushort> placedOfZone, int round, int[] caps)
    {
        int nearest = -1;
        for (int i = 0; i < waiting.Length; i++)
        {
            int member = waiting[i];
            if (placedOfZone[_zoneOf[member]] != round) continue; // its zone has had its turn
            if (_held[member] < caps[member]) return i;
            if (nearest < 0) nearest = i;
        }

        return nearest;
    }

    private Span<ushort> ListOf(int partition) => _lists.AsSpan(partition * _members.Length, _members.Length);

    /// <summary>1.1 times the fair share of the first <paramref name="ranks"/> ranks, rounded up.</summary>
    private static int Cap(int weight, long totalWeight, int ranks)
    {
        Int128 share = (Int128)11 * weight * Partition.Count * ranks;
        Int128 unit = (Int128)10 * totalWeight;
        return (int)((share + unit - 1) / unit);
    }

    private readonly record struct Candidate(ulong Distance, ushort Member) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other)
        {
            int byDistance = Distance.CompareTo(other.Distance);
            return byDistance != 0 ? byDistance : Member.CompareTo(other.Member);
        }
    }
}
