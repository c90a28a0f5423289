namespace Quorate.Resp.Commands;

internal static class ServerInfo
{
    /// <summary>Clients switch features by it: the newest whose commands for connections we answer.</summary>
    public const string RedisVersion = "7.2.0";
}
