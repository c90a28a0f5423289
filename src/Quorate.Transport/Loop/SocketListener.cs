using System.Net.Sockets;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>Accepts connections until disposed.</summary>
public sealed class SocketListener : WatchedSocket, IDisposable
{
    private const int AcceptsPerTurn = 64;

    /// <summary>Out of descriptors the kernel reports the waiting connection for ever: look away for a while.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SocketNetwork _network;
    private readonly Func<IConnection, ISession> _accept;
    private ITimer? _pause;
    private bool _disposed;

    internal SocketListener(SocketNetwork network, Socket socket, Func<IConnection, ISession> accept)
        : base(socket)
    {
        _network = network;
        _accept = accept;
        Address = socket.LocalEndPoint!.ToString()!;
        network.Driver.Watch(this, Readiness.Readable);
    }

    /// <summary>Where it listens, with the port that the system chose where 0 was asked for.</summary>
    public string Address { get; }

    /// <summary>Closes the listener. Connections that it accepted stay.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pause?.Dispose();
        _network.Remove(this);
    }

    internal override void OnReady(Readiness readiness)
    {
        for (int i = 0; i < AcceptsPerTurn && !_disposed && Socket.Poll(0, SelectMode.SelectRead); i++)
        {
            try
            {
                _network.Accept(Socket.Accept(), _accept);
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                LookAway(failure);
                return;
            }
            catch (SocketException)
            {
                // Whoever was waiting is gone again.
            }
        }
    }

    private void LookAway(SocketException failure)
    {
        _network.Log($"{Address}: cannot accept connections now: {failure.Message}");
        _network.Driver.Watch(this, Readiness.None);
        _pause?.Dispose();
        _pause = _network.After(Pause, () => _network.Driver.Watch(this, Readiness.Readable));
    }
}
