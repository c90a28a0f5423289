using System.Net.Sockets;

namespace Quorate.Transport.Loop;

/// <summary>A socket that the loop watches.</summary>
/// <param name="socket">Not blocking.</param>
public abstract class WatchedSocket(Socket socket)
{
    /// <summary>The system's.</summary>
    public Socket Socket { get; } = socket;

    /// <summary>The file descriptor, on systems that have one.</summary>
    public int Descriptor { get; } = (int)socket.Handle;

    /// <summary>What it is watched for now: the driver's memory, so that an unchanged interest costs no system call.</summary>
    public Readiness? Interest { get; set; }

    internal abstract void OnReady(Readiness readiness);
}

/// <summary>What a socket can be watched for, and be ready for.</summary>
[Flags]
public enum Readiness
{
    /// <summary>Nothing; an error is reported all the same.</summary>
    None = 0,

    /// <summary>Bytes have come, a connection waits, or the stream is at its end.</summary>
    Readable = 1,

    /// <summary>There is room for bytes, or a connection being made is there or has failed.</summary>
    Writable = 2,

    /// <summary>Both directions are gone, or an error waits. Reported without being asked for.</summary>
    Broken = 4,
}

/// <summary>A socket that something can be done with.</summary>
/// <param name="Socket">Which one. A driver may name it several times, each with a part.</param>
/// <param name="Readiness">What for.</param>
public readonly record struct ReadySocket(WatchedSocket Socket, Readiness Readiness);
