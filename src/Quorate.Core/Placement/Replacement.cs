using System.Collections.Immutable;
using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>
/// Topologies that differ in which node has which place. Placement is the same in all of them, so no data moves but to who is new. They
/// are joined place by place: the higher generation, and where two took one place at once, the greater id. Whoever hears of one takes
/// it over, so that all come to the same.
/// </summary>
public static class Replacement
{
    /// <summary>A node takes the place of the member of its name.</summary>
    public static Topology Of(Topology topology, Member newcomer)
    {
        Member old = topology.Members.Single(member => member.Name == newcomer.Name);
        Member seated = newcomer with { Seat = new Seat(old.PlacedAs, old.Seat.Generation + 1) };
        return Make(topology.Members.Replace(old, seated));
    }

    /// <summary>
    /// The join of what is held and what was heard; null where that is what is held. What was heard may be anything: whoever takes a place
    /// has its name, and nobody has two.
    /// </summary>
    public static Topology? Join(Topology ours, ImmutableArray<Member> theirs)
    {
        ILookup<NodeId, Member> heard = theirs.ToLookup(member => member.PlacedAs);
        ImmutableArray<Member> joined = [.. ours.Members.Select(member => heard[member.PlacedAs].Where(other => other.Name == member.Name).Aggregate(member, Later))];
        bool isSound = joined.DistinctBy(member => member.Id).Count() == joined.Length;
        return joined.SequenceEqual(ours.Members) || !isSound ? null : Make(joined);
    }

    /// <summary>A topology of members that were heard whole.</summary>
    public static Topology Make(ImmutableArray<Member> members) => new(1 + (uint)members.Sum(member => member.Seat.Generation), members);

    private static Member Later(Member member, Member other)
    {
        int byGeneration = other.Seat.Generation.CompareTo(member.Seat.Generation);
        return byGeneration > 0 || (byGeneration == 0 && other.Id > member.Id) ? other : member;
    }
}
