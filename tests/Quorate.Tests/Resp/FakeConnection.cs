using System.Buffers;
using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Resp;

/// <summary>Keeps what the session leaves and shows it again, as a socket's connection does.</summary>
internal sealed class FakeConnection : IConnection
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private byte[] _input = [];
    private int _wanted = 1;
    private bool _delivering;

    public ISession Session { get; set; } = null!;

    public IBufferWriter<byte> Output => _output;

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>What the client does not take: added to what the session sees as pending.</summary>
    public long Stuck { get; set; }

    public long PendingOutput => Stuck;

    public string RemoteAddress => "127.0.0.1:50000";

    public bool IsPaused { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsAborted { get; private set; }

    public int Unread => _input.Length;

    /// <summary>What the session said it waits for, with the bytes it left.</summary>
    public int Wanted => _wanted;

    public void PauseReading() => IsPaused = true;

    public void ResumeReading()
    {
        IsPaused = false;
        _wanted = 1;
        Deliver();
    }

    public void Close()
    {
        if (IsClosed) return;
        IsClosed = true;
        Session?.OnClosed("closed"); // null where it closed while it was made
    }

    public void Abort()
    {
        IsAborted = true;
        Close();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        _input = [.. _input, .. bytes];
        Deliver();
    }

    public void Drain()
    {
        Stuck = 0;
        Session.OnDrained();
    }

    public void ClearWritten() => _output.Clear();

    private void Deliver()
    {
        // Bytes may come in from within the session's own calls: the outer loop takes them.
        if (_delivering) return;
        _delivering = true;
        while (!IsPaused && !IsClosed && _input.Length >= Math.Max(_wanted, 1))
        {
            int taken = Session.OnBytes(_input, out _wanted);
            _input = _input[taken..];
            if (taken == 0 && !IsPaused && _input.Length >= _wanted)
                throw new InvalidOperationException("The session took nothing and wants nothing more.");
        }

        _delivering = false;
    }
}
