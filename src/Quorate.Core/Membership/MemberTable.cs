using System.Collections.Immutable;

namespace Quorate.Core.Membership;

/// <summary>All other members of the topology. Whoever is not in it is a stranger.</summary>
public sealed class MemberTable
{
    private readonly Dictionary<NodeId, KnownMember> _byId;
    private readonly KnownMember[] _all;
    private readonly List<KnownMember> _candidates = [];

    /// <param name="members">In the order of the topology.</param>
    public MemberTable(ImmutableArray<Member> members, NodeId self)
    {
        _all = [.. members.Select((member, index) => new KnownMember(index, member)).Where(known => known.Member.Id != self)];
        _byId = _all.ToDictionary(known => known.Member.Id);
    }

    public IReadOnlyList<KnownMember> All => _all;

    /// <summary>Null for a stranger: another id, or a known id under another name.</summary>
    public KnownMember? Find(Member member) =>
        _byId.TryGetValue(member.Id, out KnownMember? known) && known.Member.Name == member.Name ? known : null;

    public KnownMember? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>Up to so many different members at random; the list is the table's own until the next draw.</summary>
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
