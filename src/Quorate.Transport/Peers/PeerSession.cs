using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>
/// What both ends of a connection between nodes have in common: frames, a handshake that must end, and silence that ends
/// the connection. Bytes that break the protocol close it; an exception of the node behind it stops the node.
/// </summary>
internal abstract class PeerSession(PeerSettings settings, IConnection connection) : ISession
{
    /// <summary>5 s of <see cref="PeerNetwork.TickInterval"/>: several lost pings, or a handshake that nobody waits for.</summary>
    private const int PatienceInTicks = 10;

    private int _quietTicks;
    private long _pendingAtLastTick;
    private string? _reason;

    /// <summary>
    /// At the limit nothing further is sent or taken; what was taken before may still be answered, and its answers are bounded
    /// where they wait.
    /// </summary>
    public Gauge Unsent => new($"bytes unsent to {Connection.RemoteAddress}", HasEnded ? 0 : Connection.PendingOutput, (2 * Settings.MaxInFlightBytes) + Settings.MaxFrameSize);

    protected PeerSettings Settings { get; } = settings;

    protected IPeerHost Host => Settings.Host;

    protected IConnection Connection { get; } = connection;

    protected bool IsUp { get; set; }

    protected bool HasEnded => _reason is not null;

    /// <summary>Set while no further frames are to be taken.</summary>
    protected bool IsPaused { get; set; }

    protected abstract void OnFrame(Frame frame);

    /// <summary>A frame that comes soon: neither checked nor sure to be taken.</summary>
    protected abstract void Expect(MessageType type, ReadOnlySpan<byte> body);

    /// <summary>No more of them for now.</summary>
    protected abstract void FetchExpected();

    protected abstract void OnEnded(string reason);

    public int OnBytes(ReadOnlySpan<byte> bytes, out int wanted)
    {
        _quietTicks = 0;
        int taken = 0;
        int expected = 0;
        wanted = 1;
        try
        {
            while (!IsPaused && !HasEnded)
            {
                if (IsUp && --expected <= 0) expected = ExpectAll(bytes[taken..]);
                bool isWhole = Frame.TryRead(bytes[taken..], IsUp ? Settings.MaxFrameSize : HandshakeCodec.MaxSize, out Frame frame, out int size);
                wanted = isWhole ? 1 : size;
                if (!isWhole) break;
                OnFrame(frame);
                taken += size;
            }
        }
        catch (ProtocolException violation)
        {
            End(IsUp ? $"protocol error: {violation.Message}" : $"the other side does not speak the nodes' protocol, so this may be no peer address ({violation.Message})");
        }
        catch (Exception failure)
        {
            StopNode(failure);
            throw;
        }

        return HasEnded ? bytes.Length : taken;
    }

    public virtual void OnDrained()
    {
    }

    public void OnClosed(string reason)
    {
        _reason ??= reason;
        try
        {
            OnEnded(_reason);
        }
        catch (Exception failure)
        {
            StopNode(failure);
            throw;
        }
    }

    /// <summary>Closes the connection; the first reason given is the one that is told.</summary>
    public void End(string reason)
    {
        if (HasEnded) return;
        _reason = reason;
        Connection.Abort();
    }

    /// <summary>Each <see cref="PeerNetwork.TickInterval"/>.</summary>
    public virtual void Tick()
    {
        bool isTaking = Connection.PendingOutput < _pendingAtLastTick;
        _pendingAtLastTick = Connection.PendingOutput;
        _quietTicks = IsUp && isTaking ? 0 : _quietTicks + 1;
        if (_quietTicks > PatienceInTicks) End(IsUp ? "nothing was heard for 5 s" : "the handshake was not finished within 5 s");
    }

    /// <summary>Sends the last words and closes once they have left.</summary>
    protected void CloseAfterOutput(string reason)
    {
        _reason = reason;
        Connection.Close();
    }

    protected static ProtocolException Unexpected(Frame frame) => new($"unexpected message of type {(byte)frame.Type}");

    /// <summary>
    /// What a batch of frames is about is fetched before the first is taken: much of what a message costs here was waiting for memory
    /// (docs/performance.md). One alone is taken at once.
    /// </summary>
    /// <returns>After how many of them to go on with the next.</returns>
    private int ExpectAll(ReadOnlySpan<byte> frames)
    {
        int count = 0;
        for (; count < IForesight.Window && Frame.TryPeek(frames, out MessageType type, out ReadOnlySpan<byte> body, out int size); count++)
        {
            frames = frames[size..];
            if (count == 0 && frames.IsEmpty) return 1;
            Expect(type, body);
        }

        FetchExpected();
        return count;
    }

    private void StopNode(Exception failure) =>
        Settings.Loop.Post(() => throw new InvalidOperationException($"The node failed on a message from {Connection.RemoteAddress}: {failure.Message}", failure));
}
