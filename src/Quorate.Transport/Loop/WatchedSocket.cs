using System.Net.Sockets;

namespace Quorate.Transport.Loop;

/// <summary>A socket that the loop watches.</summary>
public abstract class WatchedSocket(Socket socket)
{
    public Socket Socket { get; } = socket;

    /// <summary>The file descriptor, on systems that have one.</summary>
    public int Descriptor { get; } = (int)socket.Handle;

    /// <summary>What it is watched for now: the driver's memory, so that an unchanged interest costs no system call.</summary>
    public Readiness? Interest { get; set; }

    internal abstract void OnReady(Readiness readiness);
}

[Flags]
public enum Readiness
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>Both directions are gone, or an error waits. Reported without being asked for.</summary>
    Broken = 4,
}

public readonly record struct ReadySocket(WatchedSocket Socket, Readiness Readiness);
