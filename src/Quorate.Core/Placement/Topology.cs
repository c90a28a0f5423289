using System.Collections.Immutable;
using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>
/// The members and the placement made from them: an immutable snapshot. Nodes with the same members have the same
/// preference lists, without a word between them.
/// </summary>
public sealed class Topology
{
    /// <summary>Far more than one cluster of fully meshed nodes should have; bounds the time a placement takes.</summary>
    public const int MaxMembers = 1000;

    private readonly ushort[] _lists;
    private readonly Dictionary<NodeId, int> _indexes;

    /// <summary>Makes the placement, which takes time in proportion to the square of the members.</summary>
    /// <param name="epoch">Which topology of the cluster this is.</param>
    /// <param name="members">1 to 1000, in any order; ids and names are unique, weights at least 1.</param>
    /// <exception cref="ArgumentException">
    /// There are none or too many, two with one id, place or name, or one whose weight is below 1.
    /// </exception>
    public Topology(uint epoch, ImmutableArray<Member> members)
    {
        Epoch = epoch;
        Members = members.Sort((left, right) => left.PlacedAs.CompareTo(right.PlacedAs));
        if (FaultIn(Members) is { } fault) throw new ArgumentException(fault);
        ClusterId = ClusterId.Of(Members.AsSpan());
        _lists = PlacementWalk.Run(Members);
        _indexes = Enumerable.Range(0, Members.Length).ToDictionary(index => Members[index].Id);
    }

    private Topology(Topology same, ImmutableArray<Member> members)
    {
        (Epoch, ClusterId, _lists, _indexes) = (same.Epoch, same.ClusterId, same._lists, same._indexes);
        Members = members;
    }

    /// <summary>Which topology of the cluster this is: 1 for the first, and one more with each place taken over.</summary>
    public uint Epoch { get; }

    /// <summary>In the order of the ids they are placed by; preference lists name members by their index here.</summary>
    public ImmutableArray<Member> Members { get; }

    /// <summary>The same for all topologies of a cluster.</summary>
    public ClusterId ClusterId { get; }

    /// <summary>The same epoch and placement, which no address has a part in.</summary>
    /// <param name="index">In <see cref="Members"/>.</param>
    /// <param name="endpoints">Where that member is reached now.</param>
    public Topology WithEndpoints(int index, Endpoints endpoints) =>
        new(this, Members.SetItem(index, Members[index] with { Endpoints = endpoints }));

    /// <summary>Who should hold a partition, and in which order. No copy: it is good for as long as this is.</summary>
    /// <param name="partition">0 to 1,023.</param>
    public PreferenceList PreferenceListOf(int partition) =>
        new(_lists.AsSpan(partition * Members.Length, Members.Length));

    /// <summary>A node's index in <see cref="Members"/>, or -1.</summary>
    public int IndexOf(NodeId id) => _indexes.GetValueOrDefault(id, -1);

    /// <summary>A member by its name, in this very case.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="index">Its index in <see cref="Members"/>; one past them where false.</param>
    public bool TryFind(string name, out int index)
    {
        index = 0;
        while (index < Members.Length && Members[index].Name != name) index++;
        return index < Members.Length;
    }

    /// <summary>Why these are the members of no cluster; null where they may be.</summary>
    public static string? FaultIn(ImmutableArray<Member> members)
    {
        if (members.Length is 0 or > MaxMembers) return $"A cluster has 1 to {MaxMembers} members, not {members.Length}.";
        if (members.FirstOrDefault(member => member.Weight < 1) is { } light) return $"The weight of {light.Name} is {light.Weight}; the least is 1.";
        if (members.CountBy(member => member.Id).Any(id => id.Value > 1) || members.CountBy(member => member.PlacedAs).Any(id => id.Value > 1))
            return "Two members have the same node id.";
        return members.CountBy(member => member.Name, StringComparer.Ordinal).Any(name => name.Value > 1) ? "Two members have the same name." : null;
    }
}
