using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Coordinator;

/// <summary>
/// Carries the messages of <see cref="Swim"/> on datagrams of their own, so that bulk data never delays a probe. Each may be
/// lost. Loop-side.
/// </summary>
public interface IGossipLink
{
    GossipCounts Counts { get; }

    /// <summary>Begins to receive.</summary>
    /// <param name="cluster">Asked for each datagram: those of another cluster are refused, and before there is one all are.</param>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    void Open(Func<ClusterId?> cluster, Action<SwimMessage> received);

    void Send(ClusterId cluster, in OutgoingMessage message);

    void Close();
}

/// <param name="Malformed">Datagrams that are no message of this version; ignored.</param>
/// <param name="Foreign">Messages of another cluster; ignored.</param>
public readonly record struct GossipCounts(long Sent, long Received, long Malformed, long Foreign, long SendFailures);
