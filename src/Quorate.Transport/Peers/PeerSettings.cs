using Quorate.Coordinator;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Peers;

/// <summary>What all connections of a node share.</summary>
/// <param name="Loop">The one that all of them are on.</param>
/// <param name="Host">This side.</param>
/// <param name="MaxRequestSize">Of a frame that asks.</param>
/// <param name="MaxFrameSize">Of any, after the handshake.</param>
/// <param name="MaxInFlightBytes">Of unanswered requests to a peer, and of replies that a peer does not read.</param>
internal sealed record PeerSettings(ILoop Loop, IPeerHost Host, int MaxRequestSize, int MaxFrameSize, long MaxInFlightBytes);
