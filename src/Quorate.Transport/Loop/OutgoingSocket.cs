using System.Net;
using System.Net.Sockets;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>A connection on its way: becomes writable when the handshake of TCP has ended, well or not.</summary>
internal sealed class OutgoingSocket : WatchedSocket
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly SocketNetwork _network;
    private readonly string _address;
    private readonly Func<IConnection, ISession> _connected;
    private readonly Action<string> _failed;
    private readonly ITimer _timeout;
    private bool _ended;

    public OutgoingSocket(
        SocketNetwork network, Socket socket, string address, Func<IConnection, ISession> connected, Action<string> failed)
        : base(socket)
    {
        _network = network;
        _address = address;
        _connected = connected;
        _failed = failed;
        _timeout = network.After(ConnectTimeout, () => Fail("no answer"));
    }

    public void Begin(IPEndPoint endPoint)
    {
        try
        {
            Socket.Connect(endPoint);
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It has begun: that is how a socket that must not block says so.
        }
        catch (SocketException failure)
        {
            Fail(failure.Message);
            return;
        }

        _network.Driver.Watch(this, Readiness.Writable);
    }

    internal override void OnReady(Readiness readiness)
    {
        if (_ended) return;

        int error = (int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != 0)
        {
            Fail(new SocketException(error).Message);
            return;
        }

        End();
        _network.Promote(this, _address, _connected);
    }

    private void Fail(string reason)
    {
        if (_ended) return;
        End();
        _network.Remove(this);
        _failed(reason);
    }

    private void End()
    {
        _ended = true;
        _timeout.Dispose();
    }
}
