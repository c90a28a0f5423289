namespace Quorate.Transport.Loop;

/// <summary>
/// How the loop talks to the system's sockets, none of which blocks: epoll and libc on Linux, where the framework's own
/// calls cost more, the framework's elsewhere. Only <see cref="Wake"/> may be called by another thread.
/// </summary>
public interface ISocketDriver : IDisposable
{
    /// <summary>What <see cref="Receive"/> and <see cref="Send"/> return where they would have to wait.</summary>
    const int WouldBlock = -1;

    /// <summary>What they return on an error, with its text.</summary>
    const int Failed = -2;

    /// <summary>Begins to watch a socket, or changes what it is watched for.</summary>
    void Watch(WatchedSocket socket, Readiness interest);

    /// <summary>Watches a socket no more; also one that is not watched.</summary>
    void Forget(WatchedSocket socket);

    /// <summary>Waits until a socket is ready, <see cref="Wake"/> was called or the time is over.</summary>
    /// <param name="timeoutMicroseconds">0 only looks; -1 is for ever. May be rounded up to whole ms.</param>
    /// <param name="ready">Ready sockets are added here.</param>
    void Wait(int timeoutMicroseconds, List<ReadySocket> ready);

    /// <summary>Ends the present or the next <see cref="Wait"/>.</summary>
    void Wake();

    /// <summary>Takes what has come, as far as it fits.</summary>
    /// <param name="socket">Whose.</param>
    /// <param name="buffer">Room, at least one byte.</param>
    /// <param name="error">Its text where it failed; else null.</param>
    /// <returns>Bytes received, 0 at the end of the stream, or one of the constants.</returns>
    int Receive(WatchedSocket socket, Span<byte> buffer, out string? error);

    /// <summary>Hands over what the system takes.</summary>
    /// <param name="socket">Whose.</param>
    /// <param name="bytes">At least one.</param>
    /// <param name="error">Its text where it failed; else null.</param>
    /// <returns>Bytes taken, or one of the constants.</returns>
    int Send(WatchedSocket socket, ReadOnlySpan<byte> bytes, out string? error);

    /// <summary>The cheapest driver that this system has.</summary>
    static ISocketDriver Create() => OperatingSystem.IsLinux() ? new EpollDriver() : new SelectDriver();
}
