using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Coordinator;

/// <summary>
/// Carries the messages of <see cref="Swim"/> on datagrams of their own, so that bulk data never delays a probe. Each may be
/// lost. Loop-side.
/// </summary>
public interface IGossipLink
{
    /// <summary>Since it was made.</summary>
    GossipCounts Counts { get; }

    /// <summary>Begins to receive.</summary>
    /// <param name="cluster">Asked for each datagram: those of another cluster are refused, and before there is one all are.</param>
    /// <param name="received">Takes the others, on the loop.</param>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    void Open(Func<ClusterId?> cluster, Action<SwimMessage> received);

    /// <summary>Sends one message to the peer address of its member, at once; it may be lost.</summary>
    /// <param name="cluster">The sender's own.</param>
    /// <param name="message">What, and to whom.</param>
    void Send(ClusterId cluster, in OutgoingMessage message);

    /// <summary>Receives no more; what is sent from then on is dropped.</summary>
    void Close();
}

/// <summary>What went over a gossip link.</summary>
/// <param name="Sent">Datagrams that were to leave, those that could not included.</param>
/// <param name="Received">Messages of this cluster.</param>
/// <param name="Malformed">Datagrams that are no message of this version; ignored.</param>
/// <param name="Foreign">Messages of another cluster; ignored.</param>
/// <param name="SendFailures">Datagrams that could not be handed to the network: it was busy, or the address is of no use.</param>
public readonly record struct GossipCounts(long Sent, long Received, long Malformed, long Foreign, long SendFailures);
