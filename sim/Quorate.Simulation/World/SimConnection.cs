using System.Buffers;
using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>One end of a simulated byte stream.</summary>
internal sealed class SimConnection : IConnection
{
    private readonly SimNetwork _network;
    private readonly string _host;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Queue<byte[]> _held = new();
    private SimConnection _other = null!;
    private ISession? _session;
    private byte[] _input = [];
    private int _wanted = 1;
    private long _arrivesAt;
    private bool _isPaused;
    private bool _isClosing;
    private bool _isClosed;
    private bool _isFinHeld;

    public SimConnection(SimNetwork network, string host, SimLoop loop)
    {
        _network = network;
        _host = host;
        Loop = loop;
        loop.Flushing += Flush;
    }

    public SimLoop Loop { get; }

    public IBufferWriter<byte> Output => _output;

    public long PendingOutput => _output.WrittenCount + _held.Sum(chunk => (long)chunk.Length);

    public string RemoteAddress => _other._host;

    public void JoinTo(SimConnection other) => _other = other;

    public void Start(Func<IConnection, ISession> make)
    {
        if (_isClosed) return;
        _session = make(this);
        Deliver();
    }

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        _isPaused = false;
        Loop.Post(Deliver);
    }

    public void Close() => _isClosing = true;

    public void Abort()
    {
        if (_isClosed) return;
        _output.Clear();
        _held.Clear();
        _isClosing = true;
    }

    /// <summary>What a cut held back goes on its way.</summary>
    public void Resume()
    {
        while (_held.TryDequeue(out byte[]? chunk)) Send(chunk);
        if (_isFinHeld) SendFin();
    }

    /// <summary>The process on this end died: the other end hears of it as soon as the network lets it.</summary>
    public void Vanish()
    {
        _isClosed = true;
        _network.Forget(this);
        _held.Clear();
        SendFin();
    }

    private void Flush()
    {
        if (_isClosed) return;
        if (_output.WrittenCount > 0)
        {
            Send(_output.WrittenSpan.ToArray());
            _output.Clear();
            if (!_isClosing && _held.Count == 0) Loop.Post(() => _session?.OnDrained());
        }

        if (_isClosing) CloseNow("closed by this end");
    }

    private void Send(byte[] chunk)
    {
        if (_held.Count > 0 || _network.IsCut(_host, _other._host)) _held.Enqueue(chunk);
        else _network.Scheduler.After(NextArrival(), () => _other.Loop.Turn(() => _other.Receive(chunk)));
    }

    private void SendFin()
    {
        _isFinHeld = _network.IsCut(_host, _other._host);
        if (!_isFinHeld) _network.Scheduler.After(NextArrival(), () => _other.Loop.Turn(() => _other.CloseNow("closed by the other end")));
    }

    private long NextArrival()
    {
        long now = _network.Scheduler.Now;
        _arrivesAt = Math.Max(_arrivesAt, now + _network.NextLatency());
        return _arrivesAt - now;
    }

    private void Receive(byte[] chunk)
    {
        if (_isClosed) return;
        _input = [.. _input, .. chunk];
        Deliver();
    }

    private void Deliver()
    {
        while (_session is not null && !_isClosed && !_isClosing && !_isPaused && _input.Length >= _wanted)
        {
            int taken = _session.OnBytes(_input, out _wanted);
            _wanted = Math.Max(1, _wanted);
            _input = _input[taken..];
            if (taken == 0 && _input.Length >= _wanted) throw new InvalidOperationException("A session wants bytes that it was given.");
        }
    }

    private void CloseNow(string reason)
    {
        if (_isClosed) return;
        _isClosed = true;
        Loop.Flushing -= Flush;
        _network.Forget(this);
        SendFin();
        Loop.Post(() => _session?.OnClosed(reason));
    }
}
