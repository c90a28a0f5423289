using Quorate.Resp.Sessions;

namespace Quorate.Resp.Info;

/// <summary>One connection as CLIENT LIST shows it.</summary>
internal static class ClientLine
{
    public static string Of(RespSession session)
    {
        ClientState client = session.Client;
        long now = session.Server.Loop.Now;
        string flags = session.Subscriptions.Count > 0 ? "P" : "N";
        return $"id={client.Id} addr={session.RemoteAddress} laddr={session.Listener.Address} name={client.Name}"
            + $" age={(now - session.ConnectedAt) / 1000} idle={(now - session.LastActiveAt) / 1000} flags={flags}"
            + $" db={client.Database} sub={session.Subscriptions.ChannelCount} psub={session.Subscriptions.PatternCount} ssub=0 multi=-1"
            + $" omem={session.ReplyBytes} cmd={client.LastCommand} user=default redir=-1 resp={client.Protocol}"
            + $" lib-name={client.LibraryName} lib-ver={client.LibraryVersion}\n";
    }
}
