using System.Buffers;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Gossip;

/// <summary>SWIM's messages to datagrams and back. Whatever is wrong with one is counted, and nothing else happens.</summary>
/// <param name="network">Where datagrams come from and go to.</param>
/// <param name="address">Where the others find this node: its peer address, as UDP.</param>
public sealed class GossipLink(IDatagramNetwork network, string address) : IGossipLink
{
    private readonly ArrayBufferWriter<byte> _datagram = new(SwimCodec.MaxDatagram);
    private IDatagramLink? _link;
    private long _sent;
    private long _received;
    private long _malformed;
    private long _foreign;

    /// <inheritdoc/>
    public GossipCounts Counts => new(_sent, _received, _malformed, _foreign, _link?.SendFailures ?? 0);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is open already.</exception>
    public void Open(Func<ClusterId?> cluster, Action<SwimMessage> received)
    {
        if (_link is not null) throw new InvalidOperationException("The gossip link is open already.");
        _link = network.Bind(address, datagram =>
        {
            if (Read(datagram, cluster()) is { } message) received(message);
        });
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The message does not fit a datagram.</exception>
    public void Send(ClusterId cluster, in OutgoingMessage message)
    {
        _datagram.ResetWrittenCount();
        SwimCodec.Write(_datagram, cluster, message.Message);
        _link!.Send(message.To.Endpoints.Peer, _datagram.WrittenSpan);
        _sent++;
    }

    /// <inheritdoc/>
    public void Close() => _link?.Dispose();

    private SwimMessage? Read(ReadOnlySpan<byte> datagram, ClusterId? cluster)
    {
        try
        {
            SwimMessage? message = SwimCodec.Read(datagram, cluster);
            if (message is null) _foreign++;
            else _received++;
            return message;
        }
        catch (ProtocolException)
        {
            _malformed++;
            return null;
        }
    }
}
