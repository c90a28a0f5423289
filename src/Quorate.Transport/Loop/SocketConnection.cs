using System.Buffers;
using System.Net.Sockets;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>One TCP connection and its session.</summary>
internal sealed class SocketConnection : WatchedSocket, IConnection
{
    /// <summary>How long a peer may take its time with what was pending when the connection was closed.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly SocketNetwork _network;
    private readonly InputBuffer _input;
    private readonly OutputBuffer _output;
    private ISession? _session;
    private ITimer? _linger;
    private State _state;
    private string _reason = "closed by this side";
    private int _wanted = 1;
    private int _heldInput;
    private bool _paused;
    private bool _inputEnded;
    private bool _sendBlocked;
    private bool _flushQueued;

    public SocketConnection(SocketNetwork network, Socket socket, string remoteAddress, bool isOutgoing)
        : base(socket)
    {
        _network = network;
        _input = new InputBuffer(network.ReceiveBuffer);
        _output = new OutputBuffer(network.Segments, QueueFlush);
        RemoteAddress = remoteAddress;
        IsOutgoing = isOutgoing;
    }

    private enum State
    {
        Open,
        Closing,
        Closed,
    }

    public IBufferWriter<byte> Output => _output;

    public long PendingOutput => _output.Length;

    public string RemoteAddress { get; }

    private bool CanRead => _state == State.Open && !_paused && !_inputEnded;

    public void Start(Func<IConnection, ISession> open)
    {
        try
        {
            _session = open(this);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return;
        }

        UpdateInterest();
    }

    public void PauseReading()
    {
        _paused = true;
        UpdateInterest();
    }

    public void ResumeReading()
    {
        if (!_paused) return;
        _paused = false;
        UpdateInterest();
        if (_input.Length > 0 && _input.Length >= _wanted) _network.QueueDelivery(this);
    }

    public void Close() => Close(_reason);

    public void Abort() => Abort(_reason);

    internal override void OnReady(Readiness readiness)
    {
        if (_state == State.Closed) return;

        if ((readiness & Readiness.Writable) != 0)
        {
            _sendBlocked = false;
            UpdateInterest();
            QueueFlush();
        }

        if (CanRead) Read();
        else if ((readiness & Readiness.Broken) != 0) Abort("reset by the other side");
    }

    /// <summary>Hands over what was left when the session paused.</summary>
    internal void DeliverRest()
    {
        if (CanRead && _input.Length > 0) Deliver();
    }

    /// <summary>Opened from this side.</summary>
    internal bool IsOutgoing { get; }

    internal void Flush()
    {
        _flushQueued = false;
        Send();
        if (_state != State.Closed) UpdateInterest();
    }

    internal void Send()
    {
        while (_output.Length > 0 && !_sendBlocked)
        {
            int sent = _network.Driver.Send(this, _output.First, out string? error);
            if (sent >= 0) _output.Sent(sent);
            else if (sent == ISocketDriver.WouldBlock) _sendBlocked = true;
            else Abort(error!);
        }
    }

    internal void FinishFlush()
    {
        if (_state == State.Closed) return;

        if (_output.Length > 0)
        {
            if (_state == State.Closing) _linger ??= _network.After(Linger, Abort);
        }
        else if (_state == State.Closing)
        {
            Finish();
        }
        else
        {
            TellDrained();
        }
    }

    /// <summary>The loop ends: no turn follows in which to say goodbye.</summary>
    internal void Shut()
    {
        Abort("the loop has ended");
        Finish();
    }

    private void Read()
    {
        int count = _network.Driver.Receive(this, _input.Space(), out string? error);
        _input.Received(count);
        if (count > 0) Deliver();
        else if (count == 0) EndInput();
        else if (count == ISocketDriver.Failed) Abort(error!);
    }

    private void Deliver()
    {
        int taken = 0;
        if (_input.Length >= _wanted)
        {
            try
            {
                taken = _session!.OnBytes(_input.Bytes, out _wanted);
                if ((uint)taken > (uint)_input.Length) throw new InvalidOperationException($"The session took {taken} of {_input.Length} bytes.");
            }
            catch (Exception failure)
            {
                taken = 0;
                Fail(failure);
            }
        }

        _input.Keep(taken);
        CountHeldInput();
        if (_input.Length >= _network.Limits.MaxInputBytes) Abort("too much unread input");
    }

    private void CountHeldInput()
    {
        bool hasRoom = _network.HoldInput(_input.Held - _heldInput);
        _heldInput = _input.Held;
        if (!hasRoom) Abort("too much unread input on this node");
    }

    /// <summary>The other sends no more, but may still read the replies to what it sent.</summary>
    private void EndInput()
    {
        _inputEnded = true;
        UpdateInterest();
        CloseWhenAnswered();
    }

    private void CloseWhenAnswered()
    {
        if (_inputEnded && !_session!.AwaitsReplies) Close("closed by the other side");
    }

    private void TellDrained()
    {
        try
        {
            _session!.OnDrained();
            CloseWhenAnswered();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _network.Log($"{RemoteAddress}: the session failed and its connection is closed: {failure}");
        Abort(failure.Message);
    }

    private void Close(string reason)
    {
        if (_state != State.Open) return;
        _reason = reason;
        _state = State.Closing;
        UpdateInterest();
        QueueFlush();
    }

    private void Abort(string reason)
    {
        if (_state == State.Closed) return;
        Close(reason);
        _output.Discard();
        QueueFlush();
    }

    private void QueueFlush()
    {
        if (_flushQueued) return;
        _flushQueued = true;
        _network.QueueFlush(this);
    }

    private void UpdateInterest()
    {
        if (_state == State.Closed) return;
        Readiness interest = (CanRead ? Readiness.Readable : 0) | (_sendBlocked ? Readiness.Writable : 0);
        _network.Driver.Watch(this, interest);
    }

    private void Finish()
    {
        SkipUnread();
        _state = State.Closed;
        _network.Remove(this);
        _input.Release();
        CountHeldInput();
        _output.Discard();
        _linger?.Dispose();
        try
        {
            _session?.OnClosed(_reason);
        }
        catch (Exception failure)
        {
            _network.Log($"{RemoteAddress}: the session failed after its connection was closed: {failure}");
        }
    }

    /// <summary>The kernel answers unread bytes with a reset, which may overtake our last words (RFC 1122, 4.2.2.13).</summary>
    private void SkipUnread()
    {
        if (_inputEnded) return;
        for (int shares = 0; shares < 4; shares++)
        {
            if (_network.Driver.Receive(this, _network.ReceiveBuffer, out _) <= 0) return;
        }
    }
}
