using System.Buffers;

namespace Quorate.Coordinator.Environment;

/// <summary>
/// A byte stream to someone. The seam between socket and session: TLS goes in between later, the simulator below.
/// Loop-side only.
/// </summary>
public interface IConnection
{
    /// <summary>Bytes written here leave together at the end of the turn.</summary>
    IBufferWriter<byte> Output { get; }

    /// <summary>Bytes written and not yet taken by the kernel: the session bounds them.</summary>
    long PendingOutput { get; }

    /// <summary>Of the other end, as <c>host:port</c>: for people.</summary>
    string RemoteAddress { get; }

    /// <summary>No further <see cref="ISession.OnBytes"/> until <see cref="ResumeReading"/>.</summary>
    void PauseReading();

    /// <summary>Bytes come again, those first that came meanwhile.</summary>
    void ResumeReading();

    /// <summary>Sends what is pending as far as the peer takes it, then closes; <see cref="ISession.OnClosed"/> follows.</summary>
    void Close();

    /// <summary>Closes at once and drops what is pending.</summary>
    void Abort();
}

/// <summary>What speaks over a connection: bytes in, bytes out. An exception from it closes that connection only.</summary>
public interface ISession
{
    /// <summary>
    /// Whether replies are still to be written to what was read: then a connection whose other end has said that it sends no
    /// more is kept until they are, else it is closed.
    /// </summary>
    bool AwaitsReplies => false;

    /// <summary>
    /// Takes what it can and returns how many bytes it took. The rest comes again with what follows, once at least
    /// <paramref name="wanted"/> bytes are there in all (1 is "as soon as there is more").
    /// </summary>
    /// <param name="bytes">All that was received and not taken. Valid during the call only.</param>
    /// <param name="wanted">At least 1.</param>
    int OnBytes(ReadOnlySpan<byte> bytes, out int wanted);

    /// <summary>The output that was pending has left.</summary>
    void OnDrained();

    /// <summary>Once, when the connection is gone, whoever closed it.</summary>
    void OnClosed(string reason);
}
