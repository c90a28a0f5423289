using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Keys whatever they hold: DEL UNLINK EXISTS TYPE, EXPIRE and its kin, DBSIZE.</summary>
internal static class KeyCommands
{
    private static readonly ReplyShape OneIfPresent = new()
    {
        Read = (reply, in result, _) => reply.Integer(result.Entry.IsAbsent ? 0 : 1),
    };

    private static readonly ReplyShape OneIfApplied = new()
    {
        Edit = (reply, in result) => reply.Integer(result.Reply.Applied ? 1 : 0),
    };

    private static readonly ReplyShape TypeName = new()
    {
        Read = (reply, in result, _) => reply.Simple(result.Entry.IsAbsent ? "none"u8 : "string"u8),
    };

    private static readonly ReplyShape SecondsLeft = new()
    {
        Read = (reply, in result, now) =>
        {
            long left = MillisecondsLeft(result.Entry, now);
            // Redis rounds to the nearest second.
            reply.Integer(left < 0 ? left : (left + 500) / 1000);
        },
    };

    private static readonly ReplyShape MillisecondsToLive = new()
    {
        Read = (reply, in result, now) => reply.Integer(MillisecondsLeft(result.Entry, now)),
    };

    public static CommandSpec[] All { get; } =
    [
        new("del", -2, CommandFlags.Write, Delete) { Keys = KeyPositions.Many },
        new("unlink", -2, CommandFlags.Write | CommandFlags.Fast, Delete) { Keys = KeyPositions.Many },
        new("exists", -2, CommandFlags.ReadOnly | CommandFlags.Fast, Exists) { Keys = KeyPositions.Many },
        new("type", 2, CommandFlags.ReadOnly | CommandFlags.Fast, Type) { Keys = KeyPositions.One },
        new("expire", -3, CommandFlags.Write | CommandFlags.Fast, Expire) { Keys = KeyPositions.One },
        new("pexpire", -3, CommandFlags.Write | CommandFlags.Fast, PExpire) { Keys = KeyPositions.One },
        new("ttl", 2, CommandFlags.ReadOnly | CommandFlags.Fast, Ttl) { Keys = KeyPositions.One },
        new("pttl", 2, CommandFlags.ReadOnly | CommandFlags.Fast, PTtl) { Keys = KeyPositions.One },
        new("persist", 2, CommandFlags.Write | CommandFlags.Fast, Persist) { Keys = KeyPositions.One },
        new("dbsize", 1, CommandFlags.RunsAlone | CommandFlags.Fast, DbSize),
    ];

    private static void Delete(in CommandContext command) => new DeleteMany(command).Run();

    private static void Exists(in CommandContext command)
    {
        if (command.Arguments.Count == 2) command.Read(OneIfPresent);
        else new CountMany(command).Run();
    }

    private static void Type(in CommandContext command) => command.Read(TypeName);

    private static void Expire(in CommandContext command) => Expire(command, ExpiryTime.Seconds);

    private static void PExpire(in CommandContext command) => Expire(command, ExpiryTime.Milliseconds);

    private static void Ttl(in CommandContext command) => command.Read(SecondsLeft);

    private static void PTtl(in CommandContext command) => command.Read(MillisecondsToLive);

    private static void Persist(in CommandContext command) => command.Edit(RegisterEdit.Persist(), OneIfApplied);

    private static void DbSize(in CommandContext command) => command.CountKeys();

    private static void Expire(in CommandContext command, ExpiryTime unit)
    {
        Arguments arguments = command.Arguments;
        long at = 0;
        string? problem = ParseConditions(arguments, out EditCondition condition) ?? ParseTime(command, unit, out at);
        if (problem is null) command.Edit(RegisterEdit.Expire(at, condition), OneIfApplied);
        else command.Reply.Error(problem);
    }

    private static string? ParseTime(in CommandContext command, ExpiryTime unit, out long at)
    {
        at = 0;
        if (!RespNumber.TryParse(command.Arguments[2], out long amount)) return "ERR value is not an integer or out of range";
        if (!unit.TryResolve(amount, command.WallClock, out at)) return $"ERR invalid expire time in '{command.Spec.Name}' command";

        // A time that has passed deletes, and 0 would mean never.
        at = Math.Max(at, 1);
        return null;
    }

    private static string? ParseConditions(Arguments arguments, out EditCondition condition)
    {
        condition = EditCondition.None;
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "NX"u8)) condition |= EditCondition.NoExpiry;
            else if (arguments.Is(i, "XX"u8)) condition |= EditCondition.HasExpiry;
            else if (arguments.Is(i, "GT"u8)) condition |= EditCondition.LaterExpiry;
            else if (arguments.Is(i, "LT"u8)) condition |= EditCondition.EarlierExpiry;
            else return $"ERR Unsupported option {System.Text.Encoding.UTF8.GetString(arguments[i])}";
        }

        if (condition.HasFlag(EditCondition.NoExpiry) && condition != EditCondition.NoExpiry)
            return "ERR NX and XX, GT or LT options at the same time are not compatible";
        return condition.HasFlag(EditCondition.LaterExpiry | EditCondition.EarlierExpiry)
            ? "ERR GT and LT options at the same time are not compatible"
            : null;
    }

    /// <summary>-2 without a key, -1 without an expiry, as Redis says it.</summary>
    private static long MillisecondsLeft(in Entry entry, long now)
    {
        if (entry.IsAbsent) return -2;
        Expiry expiry = entry.Head.Expiry;
        return expiry.IsNever ? -1 : Math.Max(expiry.AtMilliseconds - now, 0);
    }
}
