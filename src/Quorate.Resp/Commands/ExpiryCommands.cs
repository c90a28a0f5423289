using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>When keys end: EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST, TTL PTTL EXPIRETIME PEXPIRETIME.</summary>
internal static class ExpiryCommands
{
    private static readonly ReplyShape SecondsLeft = Told((at, now) => ToSeconds(Math.Max(at - now, 0)));

    private static readonly ReplyShape MillisecondsLeft = Told((at, now) => Math.Max(at - now, 0));

    private static readonly ReplyShape UnixSeconds = Told((at, _) => ToSeconds(at));

    private static readonly ReplyShape UnixMilliseconds = Told((at, _) => at);

    public static CommandSpec[] All { get; } =
    [
        Setting("expire", ExpiryTime.Seconds),
        Setting("pexpire", ExpiryTime.Milliseconds),
        Setting("expireat", ExpiryTime.UnixSeconds),
        Setting("pexpireat", ExpiryTime.UnixMilliseconds),
        new("persist", 2, CommandFlags.Write | CommandFlags.Fast, Persist) { Keys = KeyPositions.One },
        Telling("ttl", SecondsLeft),
        Telling("pttl", MillisecondsLeft),
        Telling("expiretime", UnixSeconds),
        Telling("pexpiretime", UnixMilliseconds),
    ];

    private static CommandSpec Setting(string name, ExpiryTime unit) =>
        new(name, -3, CommandFlags.Write | CommandFlags.Fast, (in command) => Expire(command, unit)) { Keys = KeyPositions.One };

    private static CommandSpec Telling(string name, ReplyShape shape) =>
        new(name, 2, CommandFlags.ReadOnly | CommandFlags.Fast, (in command) => command.Read(shape)) { Keys = KeyPositions.One };

    /// <summary>-2 without a key, -1 without an expiry, as Redis says it.</summary>
    private static ReplyShape Told(Func<long, long, long> tell) => new()
    {
        Read = (reply, in result, now) =>
        {
            Expiry expiry = result.Entry.Head.Expiry;
            reply.Integer(result.Entry.IsAbsent ? -2 : expiry.IsNever ? -1 : tell(expiry.AtMilliseconds, now));
        },
    };

    /// <summary>Redis rounds to the nearest. The latest time of all leaves no room to add to before it is divided.</summary>
    private static long ToSeconds(long milliseconds) => (milliseconds / 1000) + (milliseconds % 1000 >= 500 ? 1 : 0);

    private static void Persist(in CommandContext command) => command.Edit(RegisterEdit.Persist(), ReplyShape.OneIfApplied);

    private static void Expire(in CommandContext command, ExpiryTime unit)
    {
        long at = 0;
        string? problem = ParseConditions(command.Arguments, out EditCondition condition) ?? ParseTime(command, unit, out at);
        if (problem is null) command.Edit(RegisterEdit.Expire(at, condition), ReplyShape.OneIfApplied);
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
}
