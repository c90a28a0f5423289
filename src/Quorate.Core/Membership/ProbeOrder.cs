namespace Quorate.Core.Membership;

/// <summary>
/// Who is probed next: round robin in an order drawn anew each round, so that no member waits for longer than two rounds
/// (SWIM, 4.3).
/// </summary>
internal sealed class ProbeOrder(MemberTable members, Random random)
{
    private readonly KnownMember[] _order = [.. members.All];
    private int _next = int.MaxValue;

    /// <summary>Null where nobody is to be probed.</summary>
    public KnownMember? Next()
    {
        for (int i = 0; i < _order.Length; i++)
        {
            if (_next >= _order.Length)
            {
                random.Shuffle(_order);
                _next = 0;
            }

            KnownMember next = _order[_next++];
            if (next.IsProbed) return next;
        }

        return null;
    }
}
