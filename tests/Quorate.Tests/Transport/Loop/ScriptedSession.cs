using System.Buffers;
using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Transport.Loop;

/// <summary>A session made of what a test says.</summary>
internal sealed class ScriptedSession(IConnection connection) : ISession
{
    public delegate int BytesHandler(ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted);

    public IConnection Connection => connection;

    public BytesHandler Bytes { get; init; } = Echo;

    public Action<ScriptedSession> Drained { get; init; } = _ => { };

    public Func<bool> Awaits { get; init; } = () => false;

    public string? ClosedBecause { get; private set; }

    public bool AwaitsReplies => Awaits();

    public int OnBytes(ReadOnlySpan<byte> bytes, out int wanted) => Bytes(this, bytes, out wanted);

    public void OnDrained() => Drained(this);

    public void OnClosed(string reason)
    {
        if (ClosedBecause is not null) throw new InvalidOperationException("Closed twice.");
        ClosedBecause = reason;
    }

    public static int Echo(ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted)
    {
        session.Connection.Output.Write(bytes);
        wanted = 1;
        return bytes.Length;
    }
}
