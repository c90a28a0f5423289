using System.Net;
using System.Net.Sockets;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>The connections of one loop, and their part of its turn. Loop-side.</summary>
public sealed class SocketNetwork : INetwork, IDatagramNetwork
{
    private const int Backlog = 511;

    private readonly EventLoop _loop;
    private readonly HashSet<SocketConnection> _connections = [];
    private readonly HashSet<WatchedSocket> _others = [];
    private readonly List<ReadySocket> _ready = [];
    private List<SocketConnection> _toDeliver = [];
    private List<SocketConnection> _delivering = [];
    private List<SocketConnection> _toFlush = [];
    private List<SocketConnection> _flushing = [];
    private long _heldInput;

    internal SocketNetwork(EventLoop loop, ISocketDriver driver, NetworkLimits limits, Action<string> log)
    {
        _loop = loop;
        Driver = driver;
        Limits = limits;
        Log = log;
    }

    /// <summary>Connections that are open now, accepted ones and own ones.</summary>
    public int ConnectionCount => _connections.Count;

    internal ISocketDriver Driver { get; }

    internal NetworkLimits Limits { get; }

    internal Action<string> Log { get; }

    internal byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(InputBuffer.SharedSize);

    internal SegmentPool Segments { get; } = new();

    internal bool HasWork => _toFlush.Count > 0 || _toDeliver.Count > 0;

    /// <inheritdoc cref="INetwork.Listen"/>
    public SocketListener Listen(string address, Func<IConnection, ISession> accept)
    {
        var listener = new SocketListener(this, BindSocket(address, SocketType.Stream, ProtocolType.Tcp, "listen on"), accept);
        _others.Add(listener);
        return listener;
    }

    /// <inheritdoc cref="IDatagramNetwork.Bind"/>
    public SocketDatagrams Bind(string address, DatagramHandler received)
    {
        var datagrams = new SocketDatagrams(this, _loop, BindSocket(address, SocketType.Dgram, ProtocolType.Udp, "receive datagrams at"), received);
        _others.Add(datagrams);
        return datagrams;
    }

    IDatagramLink IDatagramNetwork.Bind(string address, DatagramHandler received) => Bind(address, received);

    IDisposable INetwork.Listen(string address, Func<IConnection, ISession> accept) => Listen(address, accept);

    /// <inheritdoc/>
    public void Connect(string address, Func<IConnection, ISession> connected, Action<string> failed) =>
        _loop.Post(() => BeginConnect(address, connected, failed));

    internal ITimer After(TimeSpan delay, Action action) =>
        _loop.Time.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Step 1: true where a socket is ready.</summary>
    internal bool Look(int timeoutMicroseconds)
    {
        Driver.Wait(timeoutMicroseconds, _ready);
        return _ready.Count > 0;
    }

    /// <summary>Step 3.</summary>
    internal void Dispatch()
    {
        (_toDeliver, _delivering) = (_delivering, _toDeliver);
        foreach (SocketConnection connection in _delivering) connection.DeliverRest();
        _delivering.Clear();

        foreach (ReadySocket ready in _ready) ready.Socket.OnReady(ready.Readiness);
        _ready.Clear();
    }

    /// <summary>Step 4: the connections that were opened from here carry questions, and no answer that may rest on what is not logged yet.</summary>
    internal void FlushOutgoing()
    {
        foreach (SocketConnection connection in _toFlush)
        {
            if (connection.IsOutgoing) connection.Send();
        }
    }

    /// <summary>Step 6.</summary>
    internal void Flush()
    {
        (_toFlush, _flushing) = (_flushing, _toFlush);
        foreach (SocketConnection connection in _flushing) connection.Flush();
    }

    /// <summary>Step 7.</summary>
    internal void FinishFlush()
    {
        foreach (SocketConnection connection in _flushing) connection.FinishFlush();
        _flushing.Clear();
    }

    internal void Accept(Socket socket, Func<IConnection, ISession> accept)
    {
        if (_connections.Count >= Limits.MaxConnections)
        {
            Log($"{socket.RemoteEndPoint}: closed at once, there are {Limits.MaxConnections} connections already");
            socket.Dispose();
            return;
        }

        socket.Blocking = false;
        Open(socket, socket.RemoteEndPoint!.ToString()!, isOutgoing: false, accept);
    }

    internal void QueueDelivery(SocketConnection connection) => _toDeliver.Add(connection);

    internal void QueueFlush(SocketConnection connection) => _toFlush.Add(connection);

    /// <summary>Counts memory that holds unread input; false where that is more than the node may hold.</summary>
    internal bool HoldInput(int change)
    {
        _heldInput += change;
        return change <= 0 || _heldInput <= Limits.MaxTotalInputBytes;
    }

    internal void Remove(WatchedSocket socket)
    {
        if (socket is SocketConnection connection) _connections.Remove(connection);
        else _others.Remove(socket);
        Driver.Forget(socket);
        socket.Socket.Dispose();
    }

    /// <summary>An outgoing socket has become a connection.</summary>
    internal void Promote(OutgoingSocket socket, string address, Func<IConnection, ISession> open)
    {
        _others.Remove(socket);
        Driver.Forget(socket);
        Open(socket.Socket, address, isOutgoing: true, open);
    }

    /// <summary>Closes everything at the loop's end.</summary>
    internal void Shut()
    {
        foreach (SocketConnection connection in _connections.ToArray()) connection.Shut();
        foreach (WatchedSocket socket in _others.ToArray()) Remove(socket);
    }

    private static Socket BindSocket(string address, SocketType type, ProtocolType protocol, string purpose)
    {
        Socket? socket = null;
        try
        {
            IPEndPoint endPoint = HostAndPort.Parse(address).ResolveNow();
            socket = new Socket(endPoint.AddressFamily, type, protocol) { Blocking = false };
            socket.Bind(endPoint);
            if (type == SocketType.Stream) socket.Listen(Backlog);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or FormatException)
        {
            socket?.Dispose();
            throw new IOException($"Cannot {purpose} {address}: {failure.Message}", failure);
        }
    }

    private async void BeginConnect(string address, Func<IConnection, ISession> connected, Action<string> failed)
    {
        try
        {
            IPEndPoint endPoint = await HostAndPort.Parse(address).ResolveAsync();
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            var outgoing = new OutgoingSocket(this, socket, address, connected, failed);
            _others.Add(outgoing);
            outgoing.Begin(endPoint);
        }
        catch (Exception failure) when (failure is SocketException or FormatException)
        {
            failed(failure.Message);
        }
    }

    private void Open(Socket socket, string remoteAddress, bool isOutgoing, Func<IConnection, ISession> open)
    {
        socket.NoDelay = true;
        var connection = new SocketConnection(this, socket, remoteAddress, isOutgoing);
        _connections.Add(connection);
        connection.Start(open);
    }
}
