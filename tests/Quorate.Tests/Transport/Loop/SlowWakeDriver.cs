using Quorate.Transport.Loop;

namespace Quorate.Tests.Transport.Loop;

/// <summary>Whoever wakes the loop is held up on the way, once that is wanted.</summary>
internal sealed class SlowWakeDriver(ISocketDriver inner) : ISocketDriver
{
    private volatile bool _isWaking;

    public ManualResetEventSlim Sleeps { get; } = new();

    public ManualResetEventSlim Waking { get; } = new();

    public ManualResetEventSlim Forgot { get; } = new();

    public ManualResetEventSlim GoOn { get; } = new();

    public bool HoldsUp { get; set; }

    public bool WasDisposedMeanwhile { get; private set; }

    public void Watch(WatchedSocket socket, Readiness interest) => inner.Watch(socket, interest);

    public void Forget(WatchedSocket socket)
    {
        inner.Forget(socket);
        Forgot.Set();
    }

    public void Wait(int timeoutMicroseconds, List<ReadySocket> ready)
    {
        if (timeoutMicroseconds != 0) Sleeps.Set();
        inner.Wait(timeoutMicroseconds, ready);
    }

    public void Wake()
    {
        if (HoldsUp)
        {
            _isWaking = true;
            Waking.Set();
            GoOn.Wait(RunningLoop.Patience);
        }

        WakeAtOnce();
        _isWaking = false;
    }

    public void WakeAtOnce() => inner.Wake();

    public int Receive(WatchedSocket socket, Span<byte> buffer, out string? error) => inner.Receive(socket, buffer, out error);

    public int Send(WatchedSocket socket, ReadOnlySpan<byte> bytes, out string? error) => inner.Send(socket, bytes, out error);

    public void Dispose()
    {
        WasDisposedMeanwhile = _isWaking;
        inner.Dispose();
    }
}
