using System.Collections.Immutable;

namespace Quorate.Core.Membership;

/// <summary>All other members of the topology. Whoever is not in it is a stranger.</summary>
public sealed class MemberTable
{
    private readonly Dictionary<NodeId, KnownMember> _byId;
    private readonly KnownMember[] _all;
    private readonly List<KnownMember> _candidates = [];

    /// <summary>A table in which nobody was heard yet.</summary>
    /// <param name="members">In the order of the topology.</param>
    /// <param name="self">This node, which the table leaves out.</param>
    public MemberTable(ImmutableArray<Member> members, NodeId self)
    {
        _all = [.. members.Select((member, index) => new KnownMember(index, member)).Where(known => known.Member.Id != self)];
        _byId = _all.ToDictionary(known => known.Member.Id);
    }

    /// <summary>In the order of the topology, without this node.</summary>
    public IReadOnlyList<KnownMember> All => _all;

    /// <summary>Null for a stranger: another id, or a known id under another name.</summary>
    public KnownMember? Find(Member member) =>
        _byId.TryGetValue(member.Id, out KnownMember? known) && known.Member.Name == member.Name ? known : null;

    /// <summary>Null for this node, and for a stranger.</summary>
    public KnownMember? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>Up to so many different members at random; the list is the table's own until the next draw.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="random">Where the lot comes from.</param>
    /// <param name="isWanted">Who may be drawn.</param>
    public IReadOnlyList<KnownMember> Draw(int count, Random random, Func<KnownMember, bool> isWanted)
    {
        _candidates.Clear();
        foreach (KnownMember known in _all)
        {
            if (isWanted(known)) _candidates.Add(known);
        }

        int drawn = Math.Min(count, _candidates.Count);
        for (int i = 0; i < drawn; i++)
        {
            int other = random.Next(i, _candidates.Count);
            (_candidates[i], _candidates[other]) = (_candidates[other], _candidates[i]);
        }

        _candidates.RemoveRange(drawn, _candidates.Count - drawn);
        return _candidates;
    }
}
