namespace Quorate.Core.Membership;

/// <summary>What a message asks for. The numbers are on the wire.</summary>
public enum SwimMessageKind : byte
{
    /// <summary>Answer with <see cref="Ack"/>.</summary>
    Ping = 1,

    /// <summary>Ping the target for me; answer with <see cref="Ack"/>, or <see cref="Nack"/> while it keeps silent.</summary>
    PingRequest = 2,

    /// <summary>I live; or, to whom asked with <see cref="PingRequest"/>, the target does.</summary>
    Ack = 3,

    /// <summary>I live, but the target has not answered me either (Lifeguard: tells a sick prober from a sick target).</summary>
    Nack = 4,

    /// <summary>Only the updates.</summary>
    Gossip = 5,

    /// <summary>Answer with all you hold; what I hold is in this and the <see cref="Gossip"/> that follows.</summary>
    Pull = 6,
}

/// <summary>One message between two members: at most one datagram.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Sender">
/// What the sender says of itself, in every message: whoever is heard directly needs no gossip to be known where it is, to
/// be taken back from the dead, or to have left.
/// </param>
/// <param name="To">Whom it is meant for: somebody else may listen at that address by now.</param>
/// <param name="Sequence">Of a ping, and of the ack or nack that answers it; else 0.</param>
/// <param name="Target">Whom a <see cref="SwimMessageKind.PingRequest"/> is about; else none.</param>
/// <param name="Updates">Gossip that rides along.</param>
public sealed record SwimMessage(
    SwimMessageKind Kind, MemberUpdate Sender, NodeId To, uint Sequence, NodeId Target, IReadOnlyList<MemberUpdate> Updates)
{
    /// <summary>
    /// Bytes of the sender and the updates together. With what else a datagram carries they stay below 1,400 bytes, which
    /// pass through nearly every network in one piece.
    /// </summary>
    public const int UpdateBudget = 1_300;
}

/// <summary>A message and whom to send it to.</summary>
/// <param name="To">Whose peer address it goes to.</param>
/// <param name="Message">It fits a datagram.</param>
public readonly record struct OutgoingMessage(Member To, SwimMessage Message);
