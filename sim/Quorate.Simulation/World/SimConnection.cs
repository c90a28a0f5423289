using System.Buffers;
using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>One end of a simulated byte stream.</summary>
internal sealed class SimConnection : IConnection
{
    /// <summary>Microseconds: long enough for the operations to give up by themselves first.</summary>
    private const int LifeAfterLoss = 4_000_000;

    private readonly SimNetwork _network;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _input = new();
    private readonly Queue<byte[]> _held = new();
    private SimConnection _other = null!;
    private Link _link = null!;
    private ISession? _session;
    private int _wanted = 1;
    private bool _isBroken;
    private long _arrivesAt;
    private bool _isPaused;
    private bool _isClosing;
    private bool _isClosed;
    private bool _isSilent;

    /// <param name="isOutgoing">Opened from this end: what it carries leaves before the log is written.</param>
    public SimConnection(SimNetwork network, string host, SimLoop loop, bool isOutgoing)
    {
        _network = network;
        Host = host;
        Loop = loop;
        loop.Flushing += Flush;
        if (isOutgoing) loop.FlushingOutgoing += Flush;
    }

    public string Host { get; }

    public SimLoop Loop { get; }

    public IBufferWriter<byte> Output
    {
        get
        {
            Loop.CheckTurn("IConnection.Output");
            return _output;
        }
    }

    public long PendingOutput => _output.WrittenCount + _held.Sum(chunk => (long)chunk.Length);

    public string RemoteAddress => _other.Host;

    public void JoinTo(SimConnection other) => (_other, _link) = (other, _network[Host, other.Host]);

    public void Start(Func<IConnection, ISession> make)
    {
        if (_isClosed) return;
        _session = make(this);
        Deliver();
    }

    public void PauseReading()
    {
        Loop.CheckTurn("IConnection.PauseReading");
        _isPaused = true;
    }

    public void ResumeReading()
    {
        Loop.CheckTurn("IConnection.ResumeReading");
        _isPaused = false;
        Loop.Post(Deliver);
    }

    public void Close()
    {
        Loop.CheckTurn("IConnection.Close");
        _isClosing = true;
    }

    public void Abort()
    {
        Loop.CheckTurn("IConnection.Abort");
        if (_isClosed) return;
        _output.Clear();
        _held.Clear();
        _isClosing = true;
    }

    /// <summary>What a cut held back goes on its way, where no other cut is in it.</summary>
    public void Resume()
    {
        if (_link.IsCut) return;
        while (_held.TryDequeue(out byte[]? chunk)) Send(chunk);
    }

    /// <summary>The process on this end died: the other end hears of it as soon as the network lets it.</summary>
    /// <param name="silently">Its machine with it, so that nobody is left to say so.</param>
    public void Vanish(bool silently)
    {
        _isClosed = true;
        _isSilent = silently;
        _network.Forget(this);
        _held.Clear();
        SendFin();
    }

    /// <summary>Somebody between the two ends dropped the connection: what was under way is lost.</summary>
    public void Reset() => Loop.Turn(() => CloseNow("connection reset"));

    private void Flush()
    {
        if (_isClosed) return;
        if (_output.WrittenCount > 0)
        {
            byte[] chunk = _output.WrittenSpan.ToArray();
            _output.ResetWrittenCount();
            if (_held.Count > 0 || _link.IsCut) _held.Enqueue(chunk);
            else Send(chunk);
            if (!_isClosing && _held.Count == 0) Loop.Post(() => _session?.OnDrained());
        }

        if (_isClosing) CloseNow("closed by this end");
    }

    private void Send(byte[] chunk)
    {
        if (!_link.IsUnreliable)
        {
            _network.Scheduler.After(NextArrival(), () => _other.Arrive(chunk));
            return;
        }

        foreach ((byte[] bytes, long delay) in Frames.Through(_link, chunk, BreakLater))
        {
            _network.Scheduler.After(NextArrival() + delay, () => _other.Arrive(bytes));
        }
    }

    /// <summary>A stream that lost something for good does not live long: whoever waits for it hears so in the end.</summary>
    private void BreakLater()
    {
        if (_isBroken) return;
        _isBroken = true;
        _network.Scheduler.After(LifeAfterLoss, Reset);
    }

    private void SendFin()
    {
        if (_isSilent || _link.IsCut) return;
        _network.Scheduler.After(NextArrival(), () => _other.Loop.Turn(() => _other.CloseNow("closed by the other end")));
    }

    /// <summary>As kernels do: whoever sends to a socket that is gone is told so, if the machine is there to say it.</summary>
    private void Arrive(byte[] chunk)
    {
        _isSilent &= !_network.IsListening(Host);
        if (_isClosed) SendFin();
        else Loop.Turn(() => Receive(chunk));
    }

    private long NextArrival()
    {
        long now = _network.Scheduler.Now;
        _arrivesAt = Math.Max(_arrivesAt, now + _link.NextLatency());
        return _arrivesAt - now;
    }

    private void Receive(byte[] chunk)
    {
        if (_isClosed) return;
        _network.Scheduler.Trace.Add(Host, chunk);
        _input.Write(chunk);
        Deliver();
    }

    private void Deliver()
    {
        int taken = 0;
        while (_session is not null && !_isClosed && !_isClosing && !_isPaused && _input.WrittenCount - taken >= _wanted)
        {
            int more = _session.OnBytes(_input.WrittenSpan[taken..], out _wanted);
            _wanted = Math.Max(1, _wanted);
            taken += more;
            if (more == 0 && _input.WrittenCount - taken >= _wanted && !_isPaused && !_isClosing)
                throw new InvalidOperationException("A session wants bytes that it was given.");
        }

        Drop(taken);
    }

    private void Drop(int taken)
    {
        if (taken == 0) return;
        byte[] rest = taken < _input.WrittenCount ? _input.WrittenSpan[taken..].ToArray() : [];
        _input.ResetWrittenCount();
        _input.Write(rest);
    }

    private void CloseNow(string reason)
    {
        if (_isClosed) return;
        _isClosed = true;
        Loop.Flushing -= Flush;
        Loop.FlushingOutgoing -= Flush;
        _network.Forget(this);
        SendFin();
        Loop.Post(() => _session?.OnClosed(reason));
    }
}
