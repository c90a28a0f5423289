using System.Buffers;
using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Transport.Peers;

/// <summary>Virtual time, and a network on which everything takes a millisecond. All loops share the one thread of the test.</summary>
internal sealed class FakeWorld : INetwork
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _events = new();
    private readonly Dictionary<string, Func<IConnection, ISession>> _listeners = [];
    private long _order;

    public long Now { get; private set; }

    /// <summary>Both ends of every connection ever made, the dialling one first.</summary>
    public List<FakeConnection> Connections { get; } = [];

    public List<string> Dials { get; } = [];

    public void RunFor(long milliseconds)
    {
        long end = Now + milliseconds;
        while (_events.TryPeek(out Action? work, out (long Due, long) at) && at.Due <= end)
        {
            _events.Dequeue();
            Now = at.Due;
            work();
        }

        Now = end;
    }

    public void After(long milliseconds, Action work) => _events.Enqueue(work, (Now + milliseconds, _order++));

    public IDisposable Listen(string address, Func<IConnection, ISession> accept)
    {
        if (!_listeners.TryAdd(address, accept)) throw new IOException($"{address} is busy.");
        return new Listener(() => _listeners.Remove(address));
    }

    public void Connect(string address, Func<IConnection, ISession> connected, Action<string> failed) => After(1, () =>
    {
        Dials.Add(address);
        if (!_listeners.TryGetValue(address, out Func<IConnection, ISession>? accept))
        {
            failed("connection refused");
            return;
        }

        var near = new FakeConnection(this, address);
        var far = new FakeConnection(this, "dialler");
        (near.Other, far.Other) = (far, near);
        Connections.AddRange([near, far]);
        near.Session = connected(near);
        far.Session = accept(far);
    });

    private sealed class Listener(Action stop) : IDisposable
    {
        public void Dispose() => stop();
    }
}

internal sealed class FakeConnection(FakeWorld world, string remoteAddress) : IConnection, IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private byte[] _received = [];
    private bool _sending;
    private bool _closing;
    private bool _gone;
    private int _wanted = 1;

    public FakeConnection? Other { get; set; }

    public ISession? Session { get; set; }

    public bool IsPaused { get; private set; }

    /// <summary>Bytes stay here: the other does not read, or the wire is cut without a word.</summary>
    public bool IsStalled { get; set; }

    public IBufferWriter<byte> Output => this;

    public long PendingOutput => _pending.WrittenCount;

    public string RemoteAddress => remoteAddress;

    public void PauseReading() => IsPaused = true;

    public void ResumeReading()
    {
        IsPaused = false;
        world.After(0, () => Deliver([]));
    }

    public void Close()
    {
        _closing = true;
        SendSoon();
    }

    public void Abort()
    {
        _pending.ResetWrittenCount();
        world.After(0, () => End("closed by this side"));
    }

    public void Advance(int count)
    {
        _pending.Advance(count);
        SendSoon();
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _pending.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _pending.GetSpan(sizeHint);

    /// <summary>Lets go of what a stall held back.</summary>
    public void Unstall()
    {
        IsStalled = false;
        SendSoon();
    }

    private void SendSoon()
    {
        if (_sending) return;
        _sending = true;
        world.After(1, Send);
    }

    private void Send()
    {
        _sending = false;
        if (_gone || IsStalled) return;
        byte[] bytes = _pending.WrittenSpan.ToArray();
        _pending.ResetWrittenCount();
        Other!.Deliver(bytes);
        if (_closing) End("closed by this side");
        else Session!.OnDrained();
    }

    private void Deliver(byte[] bytes)
    {
        if (_gone) return;
        _received = [.. _received, .. bytes];
        if (IsPaused || _received.Length < _wanted) return;
        int taken = Session!.OnBytes(_received, out _wanted);
        _received = _received[taken..];
    }

    private void End(string reason)
    {
        if (_gone) return;
        _gone = true;
        Session!.OnClosed(reason);
        world.After(1, () => Other!.End("closed by the other side"));
    }
}
