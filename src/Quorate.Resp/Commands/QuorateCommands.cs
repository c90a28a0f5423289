namespace Quorate.Resp.Commands;

internal static class QuorateCommands
{
    public static CommandSpec[] All { get; } = [];
}
