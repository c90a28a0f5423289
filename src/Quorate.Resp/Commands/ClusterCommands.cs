namespace Quorate.Resp.Commands;

internal static class ClusterCommands
{
    public static CommandSpec[] All { get; } = [];
}
