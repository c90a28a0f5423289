namespace Quorate.Core.Membership;

/// <summary>
/// How quick and how careful failure detection is. The defaults suspect a dead node of 5 within 3 s and call it dead within
/// 10 s, and leave a node that stood still for a second the time to say that it lives.
/// </summary>
/// <param name="ProbeMilliseconds">Between two probes of a node. Five nodes then probe each of them every 0.4 s.</param>
/// <param name="AckMilliseconds">A direct ping unanswered for so long is asked of others: a round trip around the world.</param>
/// <param name="NackMilliseconds">Who was asked says so when it hears nothing either: early enough to be back in the same probe.</param>
/// <param name="IndirectProbes">Others asked (SWIM's k): three lose all answers to 5 % loss in one of 150 probes.</param>
/// <param name="SuspicionProbes">Least time of a suspicion, in probes, times log10 of the members: 3.2 s.</param>
/// <param name="SuspicionSpread">A suspicion that nobody confirms takes so many times longer.</param>
/// <param name="Confirmations">Further accusers that bring it down to the least.</param>
/// <param name="GossipMilliseconds">Between two rounds of gossip, while there is any.</param>
/// <param name="GossipFanout">Members told in a round.</param>
/// <param name="Retransmissions">Of an update by each node, times the digits of the number of members (SWIM's lambda).</param>
/// <param name="ExchangeMilliseconds">Between two exchanges of all that is held with some member: mends what gossip missed.</param>
public sealed record SwimOptions(
    int ProbeMilliseconds = 400,
    int AckMilliseconds = 200,
    int NackMilliseconds = 100,
    int IndirectProbes = 3,
    int SuspicionProbes = 8,
    int SuspicionSpread = 2,
    int Confirmations = 3,
    int GossipMilliseconds = 200,
    int GossipFanout = 3,
    int Retransmissions = 4,
    int ExchangeMilliseconds = 10_000)
{
    /// <summary>Those that every node runs with.</summary>
    public static SwimOptions Default { get; } = new();
}
