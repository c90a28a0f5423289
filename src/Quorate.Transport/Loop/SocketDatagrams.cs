using System.Net;
using System.Net.Sockets;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>A bound UDP socket. Errors of single datagrams say nothing that the silence of the other side will not say too.</summary>
public sealed class SocketDatagrams : WatchedSocket, IDatagramLink
{
    /// <summary>What is left comes in the next turn, and what the kernel has no room for until then is lost.</summary>
    private const int ReceivesPerTurn = 64;

    /// <summary>More than a cluster has members, each having moved some times.</summary>
    private const int MaxAddresses = 4096;

    /// <summary>A name may come to stand for another machine.</summary>
    private const int ResolveAgainMilliseconds = 10_000;

    private readonly SocketNetwork _network;
    private readonly ILoop _loop;
    private readonly DatagramHandler _received;
    private readonly Dictionary<string, Destination> _destinations = [];
    private bool _disposed;

    internal SocketDatagrams(SocketNetwork network, ILoop loop, Socket socket, DatagramHandler received)
        : base(socket)
    {
        _network = network;
        _loop = loop;
        _received = received;
        Address = socket.LocalEndPoint!.ToString()!;
        network.Driver.Watch(this, Readiness.Readable);
    }

    /// <summary>Where it receives, with the port that the system chose where 0 was asked for.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public long SendFailures { get; private set; }

    /// <inheritdoc/>
    public void Send(string address, ReadOnlySpan<byte> datagram)
    {
        if (_disposed) return;
        if (DestinationOf(address).Resolved is not { } to)
        {
            SendFailures++;
            return;
        }

        try
        {
            Socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (SocketException)
        {
            SendFailures++;
        }
    }

    /// <summary>Closes the socket: nothing is received any more, and what is sent is dropped.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _network.Remove(this);
    }

    internal override void OnReady(Readiness readiness)
    {
        for (int i = 0; i < ReceivesPerTurn && !_disposed; i++)
        {
            int count = _network.Driver.Receive(this, _network.ReceiveBuffer, out _);
            if (count == ISocketDriver.WouldBlock) return;

            // An error is about a datagram sent earlier; receiving has taken it off the socket.
            if (count != ISocketDriver.Failed) _received(_network.ReceiveBuffer.AsSpan(0, count));
        }
    }

    private Destination DestinationOf(string address)
    {
        if (!_destinations.TryGetValue(address, out Destination? destination))
        {
            if (_destinations.Count >= MaxAddresses) _destinations.Clear();
            destination = new Destination();
            _destinations[address] = destination;
        }

        if (destination.ResolveAt <= _loop.Now) Resolve(address, destination);
        return destination;
    }

    /// <summary>At once for a number; for a name what is sent meanwhile goes where it pointed to before, or nowhere.</summary>
    private async void Resolve(string address, Destination destination)
    {
        destination.ResolveAt = _loop.Now + ResolveAgainMilliseconds;
        try
        {
            IPEndPoint endPoint = await HostAndPort.Parse(address).ResolveAsync();
            destination.Resolved = endPoint.Serialize();
        }
        catch (Exception failure) when (failure is SocketException or FormatException)
        {
            destination.Resolved = null;
        }
    }

    private sealed class Destination
    {
        public SocketAddress? Resolved { get; set; }

        public long ResolveAt { get; set; } = long.MinValue;
    }
}
