using System.Text;

namespace Quorate.Core.Membership;

/// <summary>
/// What travels about a member. Updates of one member are ordered by incarnation, then state, so that nodes that heard the
/// same updates in any order hold the same.
/// </summary>
/// <param name="Member">As it was at that incarnation: a changed address spreads with the next one.</param>
/// <param name="Incarnation">What it is said of.</param>
/// <param name="State">What is said.</param>
/// <param name="From">Who says so: the member itself, or its accuser; Lifeguard counts different accusers.</param>
public sealed record MemberUpdate(Member Member, Incarnation Incarnation, MemberState State, NodeId From)
{
    /// <summary>The most that one update takes: several fit a datagram.</summary>
    public const int MaxSize = 600;

    /// <summary>Id, weight, incarnation, state, accuser; six texts, each with its length of four bytes.</summary>
    private const int FixedSize = sizeof(ulong) + sizeof(int) + sizeof(ulong) + 1 + sizeof(ulong) + 6 * sizeof(uint);

    /// <summary>Bytes on the wire, so that who fills a datagram knows what fits.</summary>
    public int Size { get; } = FixedSize + TextBytes(Member);

    /// <summary>Whether this is newer than what is held of the member.</summary>
    public bool Overrides(Incarnation incarnation, MemberState state) =>
        Incarnation.Value > incarnation.Value || (Incarnation == incarnation && State > state);

    private static int TextBytes(Member member) =>
        Encoding.UTF8.GetByteCount(member.Name) + Encoding.UTF8.GetByteCount(member.Zone)
        + Encoding.UTF8.GetByteCount(member.Endpoints.Peer) + Encoding.UTF8.GetByteCount(member.Endpoints.Resp)
        + Encoding.UTF8.GetByteCount(member.Endpoints.RespCluster) + Encoding.UTF8.GetByteCount(member.Endpoints.Http);
}
