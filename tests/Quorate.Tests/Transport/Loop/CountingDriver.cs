using Quorate.Transport.Loop;

namespace Quorate.Tests.Transport.Loop;

/// <summary>Counts what leaves.</summary>
internal sealed class CountingDriver(ISocketDriver inner) : ISocketDriver
{
    public int Sends { get; private set; }

    public void Watch(WatchedSocket socket, Readiness interest) => inner.Watch(socket, interest);

    public void Forget(WatchedSocket socket) => inner.Forget(socket);

    public void Wait(int timeoutMicroseconds, List<ReadySocket> ready) => inner.Wait(timeoutMicroseconds, ready);

    public void Wake() => inner.Wake();

    public int Receive(WatchedSocket socket, Span<byte> buffer, out string? error) => inner.Receive(socket, buffer, out error);

    public int Send(WatchedSocket socket, ReadOnlySpan<byte> bytes, out string? error)
    {
        Sends++;
        return inner.Send(socket, bytes, out error);
    }

    public void Dispose() => inner.Dispose();
}
