using System.Net;
using System.Net.Sockets;

namespace Quorate.Transport.Loop;

/// <summary>The framework's own calls, on every system it runs on; each look costs in proportion to all sockets.</summary>
public sealed class SelectDriver : ISocketDriver
{
    private readonly Dictionary<Socket, WatchedSocket> _watched = [];
    private readonly Socket _wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private readonly List<Socket> _broken = [];

    /// <summary>Opens a UDP socket of its own on loopback: a datagram to itself wakes it.</summary>
    /// <exception cref="SocketException">The system has no sockets or ports left.</exception>
    public SelectDriver()
    {
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!);
    }

    /// <inheritdoc/>
    public void Watch(WatchedSocket socket, Readiness interest)
    {
        _watched[socket.Socket] = socket;
        socket.Interest = interest;
    }

    /// <inheritdoc/>
    public void Forget(WatchedSocket socket)
    {
        _watched.Remove(socket.Socket);
        socket.Interest = null;
    }

    /// <inheritdoc/>
    public void Wait(int timeoutMicroseconds, List<ReadySocket> ready)
    {
        CollectInterests();
        Socket.Select(_readable, _writable, _broken, timeoutMicroseconds);
        if (_readable.Remove(_wake)) ClearWake();
        Report(_readable, Readiness.Readable, ready);
        Report(_writable, Readiness.Writable, ready);
        Report(_broken, Readiness.Broken, ready);
    }

    /// <inheritdoc/>
    public void Wake() => _wake.Send([1], SocketFlags.None, out _);

    /// <inheritdoc/>
    public int Receive(WatchedSocket socket, Span<byte> buffer, out string? error)
    {
        int count = socket.Socket.Receive(buffer, SocketFlags.None, out SocketError code);
        return Result(count, code, out error);
    }

    /// <inheritdoc/>
    public int Send(WatchedSocket socket, ReadOnlySpan<byte> bytes, out string? error)
    {
        int count = socket.Socket.Send(bytes, SocketFlags.None, out SocketError code);
        return Result(count, code, out error);
    }

    /// <summary>Closes what wakes it. The sockets it watched stay open.</summary>
    public void Dispose() => _wake.Dispose();

    private void CollectInterests()
    {
        _readable.Clear();
        _writable.Clear();
        _broken.Clear();
        _readable.Add(_wake);
        foreach ((Socket socket, WatchedSocket watched) in _watched)
        {
            if ((watched.Interest & Readiness.Readable) != 0) _readable.Add(socket);
            if ((watched.Interest & Readiness.Writable) != 0) _writable.Add(socket);
            _broken.Add(socket);
        }
    }

    private void Report(List<Socket> sockets, Readiness readiness, List<ReadySocket> ready)
    {
        foreach (Socket socket in sockets) ready.Add(new ReadySocket(_watched[socket], readiness));
    }

    private void ClearWake()
    {
        Span<byte> datagram = stackalloc byte[1];
        SocketError code;
        do _wake.Receive(datagram, SocketFlags.None, out code);
        while (code == SocketError.Success);
    }

    private static int Result(int count, SocketError code, out string? error)
    {
        error = null;
        if (code == SocketError.Success) return count;
        if (code is SocketError.WouldBlock or SocketError.Interrupted) return ISocketDriver.WouldBlock;

        error = new SocketException((int)code).Message;
        return ISocketDriver.Failed;
    }
}
