namespace Quorate.Resp.Commands;

internal static class ServerCommands
{
    public static CommandSpec[] All { get; } = [];
}
