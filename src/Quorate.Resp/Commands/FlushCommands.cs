using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// Deletes all keys of a keyspace, or of all keyspaces: FLUSHDB FLUSHALL. Memory is freed behind the reply in any case, so
/// ASYNC and SYNC make no difference.
/// </summary>
internal static class FlushCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("flushdb", -1, CommandFlags.Write | CommandFlags.RunsAlone, FlushDb),
        new("flushall", -1, CommandFlags.Write | CommandFlags.RunsAlone, FlushAll),
    ];

    private static void FlushDb(in CommandContext command)
    {
        if (IsSound(command.Arguments)) command.ClearKeyspace();
        else command.Reply.Error("ERR syntax error");
    }

    /// <summary>A listener that is bound to a keyspace shows no other, and so flushes no other.</summary>
    private static void FlushAll(in CommandContext command)
    {
        if (!IsSound(command.Arguments)) command.Reply.Error("ERR syntax error");
        else if (command.Session.Listener.Keyspace is not null) command.ClearKeyspace();
        else new ClearAll(command).Run();
    }

    private static bool IsSound(Arguments arguments) =>
        arguments.Count == 1 || (arguments.Count == 2 && (arguments.Is(1, "ASYNC"u8) || arguments.Is(1, "SYNC"u8)));
}
