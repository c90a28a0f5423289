using Quorate.Coordinator.Environment;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Sessions;

/// <summary>A connection too many: told why, and closed.</summary>
internal sealed class RefusedSession : ISession
{
    public RefusedSession(IConnection connection, string error)
    {
        new RespWriter(connection.Output, protocol: 2).Error(error);
        connection.Close();
    }

    public int OnBytes(ReadOnlySpan<byte> bytes, out int wanted)
    {
        wanted = 1;
        return bytes.Length;
    }

    public void OnDrained()
    {
    }

    public void OnClosed(string reason)
    {
    }
}
