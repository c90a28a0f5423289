namespace Quorate.Core.Membership;

/// <summary>
/// Updates on their way to everybody: each rides on so many messages that with high probability all hear it, then is
/// forgotten (SWIM, 4.1). Those told least go first, and the newest of them.
/// </summary>
/// <param name="retransmissions">Times the digits of the number of members.</param>
/// <param name="members">Bounds the queue: one update a member.</param>
public sealed class GossipQueue(int retransmissions, int members)
{
    private readonly List<Rumour> _rumours = [];
    private readonly int _limit = Limit(retransmissions, members);
    private long _order;

    /// <summary>Updates that are not told often enough yet.</summary>
    public int Count => _rumours.Count;

    /// <summary>λ · ⌈log10(n + 1)⌉, and ⌈log10(n + 1)⌉ is how many digits n has.</summary>
    /// <param name="retransmissions">λ.</param>
    /// <param name="members">n, this node too.</param>
    public static int Limit(int retransmissions, int members)
    {
        int digits = 1;
        for (int rest = members; rest >= 10; rest /= 10) digits++;
        return retransmissions * digits;
    }

    /// <summary>Replaces what was still to be said of that member.</summary>
    public void Add(MemberUpdate update)
    {
        _rumours.RemoveAll(rumour => rumour.Update.Member.Id == update.Member.Id);
        _rumours.Add(new Rumour(update, _order++));
    }

    /// <summary>Adds what fits into so many bytes to a message.</summary>
    /// <param name="budget">In bytes of <see cref="MemberUpdate.Size"/>.</param>
    /// <param name="message">Receives them, those told least first.</param>
    public void Take(int budget, List<MemberUpdate> message)
    {
        if (_rumours.Count == 0) return;
        _rumours.Sort(static (left, right) => left.Told != right.Told ? left.Told.CompareTo(right.Told) : right.Order.CompareTo(left.Order));
        foreach (Rumour rumour in _rumours)
        {
            if (rumour.Update.Size > budget) continue;
            budget -= rumour.Update.Size;
            rumour.Told++;
            message.Add(rumour.Update);
        }

        _rumours.RemoveAll(rumour => rumour.Told >= _limit);
    }

    private sealed class Rumour(MemberUpdate update, long order)
    {
        public MemberUpdate Update => update;

        public long Order => order;

        public int Told { get; set; }
    }
}
