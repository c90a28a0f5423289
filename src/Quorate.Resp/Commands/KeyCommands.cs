using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Keys whatever they hold: DEL UNLINK EXISTS TOUCH TYPE RENAME RENAMENX COPY.</summary>
internal static class KeyCommands
{
    private static readonly ReplyShape OneIfPresent = new()
    {
        Read = (reply, in result, _) => reply.Integer(result.Entry.IsAbsent ? 0 : 1),
    };

    private static readonly ReplyShape TypeName = new()
    {
        Read = (reply, in result, _) => reply.Simple(result.Entry.IsAbsent ? "none"u8 : "string"u8),
    };

    public static CommandSpec[] All { get; } =
    [
        new("del", -2, CommandFlags.Write, Delete) { Keys = KeyPositions.Many },
        new("unlink", -2, CommandFlags.Write | CommandFlags.Fast, Delete) { Keys = KeyPositions.Many },
        new("exists", -2, CommandFlags.ReadOnly | CommandFlags.Fast, Exists) { Keys = KeyPositions.Many },
        new("touch", -2, CommandFlags.ReadOnly | CommandFlags.Fast, Exists) { Keys = KeyPositions.Many },
        new("type", 2, CommandFlags.ReadOnly | CommandFlags.Fast, Type) { Keys = KeyPositions.One },
        new("rename", 3, CommandFlags.Write, Rename) { Keys = KeyPositions.Two },
        new("renamenx", 3, CommandFlags.Write | CommandFlags.Fast, RenameNx) { Keys = KeyPositions.Two },
        // Alone, because its second key may be in a keyspace where nobody waits for it.
        new("copy", -3, CommandFlags.Write | CommandFlags.RunsAlone, Copy) { Keys = KeyPositions.Two },
    ];

    private static void Delete(in CommandContext command) => new DeleteMany(command).Run();

    private static void Exists(in CommandContext command)
    {
        if (command.Arguments.Count == 2) command.Read(OneIfPresent);
        else new CountMany(command).Run();
    }

    private static void Type(in CommandContext command) => command.Read(TypeName);

    private static void Rename(in CommandContext command) =>
        new MoveKey(command, new MoveKey.Terms(command.Client.Keyspace, Replaces: true, IsCopy: false, SaysOk: true)).Run();

    private static void RenameNx(in CommandContext command) =>
        new MoveKey(command, new MoveKey.Terms(command.Client.Keyspace, Replaces: false, IsCopy: false, SaysOk: false)).Run();

    private static void Copy(in CommandContext command)
    {
        string? problem = ParseCopy(command, out MoveKey.Terms terms);
        bool isItself = terms.Keyspace == command.Client.Keyspace && command.Arguments[1].SequenceEqual(command.Arguments[2]);
        if (problem is not null) command.Reply.Error(problem);
        else if (isItself) command.Reply.Error("ERR source and destination objects are the same");
        else new MoveKey(command, terms).Run();
    }

    private static string? ParseCopy(in CommandContext command, out MoveKey.Terms terms)
    {
        Arguments arguments = command.Arguments;
        terms = new MoveKey.Terms(command.Client.Keyspace, Replaces: false, IsCopy: true, SaysOk: false);
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "REPLACE"u8))
            {
                terms = terms with { Replaces = true };
            }
            else if (arguments.Is(i, "DB"u8) && i + 1 < arguments.Count)
            {
                if (!RespNumber.TryParse(arguments[++i], out long database)) return "ERR value is not an integer or out of range";
                if (database < 0 || database >= command.Session.Listener.Databases) return "ERR DB index is out of range";
                terms = terms with { Keyspace = command.Client.KeyspaceOf((int)database) };
            }
            else
            {
                return "ERR syntax error";
            }
        }

        return null;
    }
}
