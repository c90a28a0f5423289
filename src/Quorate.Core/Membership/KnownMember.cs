namespace Quorate.Core.Membership;

/// <summary>A member as this node holds it.</summary>
/// <param name="index">Its place in the topology.</param>
/// <param name="member">As the topology has it; only its endpoints may change.</param>
public sealed class KnownMember(int index, Member member)
{
    private NodeId _from = member.Id;

    /// <summary>Its place in the topology, from 0.</summary>
    public int Index => index;

    /// <summary>As the topology has it, at the address last heard of.</summary>
    public Member Member { get; private set; } = member;

    /// <summary>The highest heard of.</summary>
    public Incarnation Incarnation { get; private set; } = Incarnation.Unheard;

    /// <summary>Alive until proven otherwise: who was never heard is probed as everybody is.</summary>
    public MemberState State { get; private set; } = MemberState.Alive;

    /// <summary>While it is suspect.</summary>
    public Suspicion? Suspicion { get; private set; }

    /// <summary>Alive or suspect: still probed and told.</summary>
    public bool IsProbed => State is MemberState.Alive or MemberState.Suspect;

    /// <summary>What this node tells others of it.</summary>
    public MemberUpdate Update => new(Member, Incarnation, State, _from);

    /// <summary>Takes over what overrides. True where others want to know: the state or an address is another.</summary>
    /// <param name="update">One that <see cref="MemberUpdate.Overrides"/> what is held.</param>
    /// <param name="suspicion">Where it makes the member suspect; else null.</param>
    public bool Adopt(MemberUpdate update, Suspicion? suspicion)
    {
        bool hasMoved = update.Incarnation != Incarnation && update.Member.Endpoints != Member.Endpoints;
        bool isChanged = update.State != State || hasMoved;
        if (hasMoved) Member = Member with { Endpoints = update.Member.Endpoints };
        (Incarnation, State, _from, Suspicion) = (update.Incarnation, update.State, update.From, suspicion);
        return isChanged;
    }
}
