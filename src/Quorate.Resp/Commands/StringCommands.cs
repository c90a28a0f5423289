using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// Values: GET SET GETSET GETDEL GETEX MGET MSET STRLEN; and SETNX SETEX PSETEX, the words of old clients for SET with NX, EX
/// and PX (StackExchange.Redis 1.2.6 has no others).
/// </summary>
internal static class StringCommands
{
    private static readonly ReplyShape Value = new()
    {
        Read = (reply, in result, _) => WriteValue(reply, result.Entry),
        Edit = (reply, in result) => WriteValue(reply, result.Reply.Previous),
    };

    private static readonly ReplyShape OkIfApplied = new()
    {
        Edit = (reply, in result) =>
        {
            if (result.Reply.Applied) reply.Ok();
            else reply.Null();
        },
    };

    public static ReplyShape ValueLength { get; } = new()
    {
        Read = (reply, in result, _) => reply.Integer(result.Entry.IsAbsent ? 0 : result.Entry.Value.Length),
    };

    public static CommandSpec[] All { get; } =
    [
        new("get", 2, CommandFlags.ReadOnly | CommandFlags.Fast, Get) { Keys = KeyPositions.One },
        new("set", -3, CommandFlags.Write, Set) { Keys = KeyPositions.One },
        new("setnx", 3, CommandFlags.Write | CommandFlags.Fast, SetNx) { Keys = KeyPositions.One },
        new("setex", 4, CommandFlags.Write, SetEx) { Keys = KeyPositions.One },
        new("psetex", 4, CommandFlags.Write, PSetEx) { Keys = KeyPositions.One },
        new("getset", 3, CommandFlags.Write | CommandFlags.Fast, GetSet) { Keys = KeyPositions.One },
        new("getdel", 2, CommandFlags.Write | CommandFlags.Fast, GetDel) { Keys = KeyPositions.One },
        new("getex", -2, CommandFlags.Write | CommandFlags.Fast, GetEx) { Keys = KeyPositions.One },
        new("mget", -2, CommandFlags.ReadOnly | CommandFlags.Fast, MGet) { Keys = KeyPositions.Many },
        new("mset", -3, CommandFlags.Write, MSet) { Keys = KeyPositions.Pairs },
        new("strlen", 2, CommandFlags.ReadOnly | CommandFlags.Fast, StrLen) { Keys = KeyPositions.One },
    ];

    public static void WriteValue(RespWriter reply, Entry entry)
    {
        if (entry.IsAbsent) reply.Null();
        else reply.Bulk(entry.Value);
    }

    private static void Get(in CommandContext command) => command.Read(Value);

    private static void StrLen(in CommandContext command) => command.Read(ValueLength);

    private static void Set(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        ReadOnlySpan<byte> value = arguments[2];
        SetOptions options = default;
        if (arguments.Count > 3 && SetOptions.Parse(arguments, command.WallClock, out options) is { } problem)
        {
            command.Reply.Error(problem);
        }
        else if (options.IsPlain)
        {
            Put(command, value, options.ExpiresAt);
        }
        else
        {
            RegisterEdit edit = RegisterEdit.Put(value, options.Condition, options.KeepsExpiry, options.ExpiresAt);
            Edit(command, options.AnswersPrevious ? edit.AnsweringPrevious() : edit, options.AnswersPrevious ? Value : OkIfApplied);
        }
    }

    private static void SetNx(in CommandContext command) =>
        Edit(command, RegisterEdit.Put(command.Arguments[2], EditCondition.KeyMissing, false, 0), ReplyShape.OneIfApplied);

    private static void SetEx(in CommandContext command) => SetEx(command, ExpiryTime.Seconds);

    private static void PSetEx(in CommandContext command) => SetEx(command, ExpiryTime.Milliseconds);

    private static void SetEx(in CommandContext command, ExpiryTime unit)
    {
        if (!RespNumber.TryParse(command.Arguments[2], out long amount))
            command.Reply.Error("ERR value is not an integer or out of range");
        else if (amount <= 0 || !unit.TryResolve(amount, command.WallClock, out long at))
            command.Reply.Error($"ERR invalid expire time in '{command.Spec.Name}' command");
        else
            Put(command, command.Arguments[3], at);
    }

    private static void GetSet(in CommandContext command) =>
        Edit(command, RegisterEdit.Put(command.Arguments[2], EditCondition.None, false, 0).AnsweringPrevious(), Value);

    private static void GetDel(in CommandContext command) => command.Edit(RegisterEdit.Delete().AnsweringPrevious(), Value);

    private static void GetEx(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (arguments.Count == 2) command.Read(Value);
        else if (arguments.Count == 3 && arguments.Is(2, "PERSIST"u8)) command.Edit(RegisterEdit.Persist().AnsweringPrevious(), Value);
        else if (arguments.Count != 4 || !ExpiryTime.TryUnit(arguments[2], out ExpiryTime unit)) command.Reply.Error("ERR syntax error");
        else if (!RespNumber.TryParse(arguments[3], out long amount)) command.Reply.Error("ERR value is not an integer or out of range");
        else if (amount <= 0 || !unit.TryResolve(amount, command.WallClock, out long at)) command.Reply.Error("ERR invalid expire time in 'getex' command");
        else command.Edit(RegisterEdit.Expire(at).AnsweringPrevious(), Value);
    }

    private static void Put(in CommandContext command, ReadOnlySpan<byte> value, long expiresAt)
    {
        if (value.Length <= command.Server.Limits.MaxValueBytes) command.Put(value, expiresAt);
        else command.Reply.Error(TooLarge(command));
    }

    public static void Edit(in CommandContext command, RegisterEdit edit, ReplyShape shape)
    {
        if (edit.Value.Length <= command.Server.Limits.MaxValueBytes) command.Edit(edit, shape);
        else command.Reply.Error(TooLarge(command));
    }

    private static void MGet(in CommandContext command) => new ReadMany(command).Run();

    private static void MSet(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (arguments.Count % 2 == 0)
        {
            command.Reply.Error("ERR wrong number of arguments for 'mset' command");
            return;
        }

        for (int i = 2; i < arguments.Count; i += 2)
        {
            if (arguments[i].Length <= command.Server.Limits.MaxValueBytes) continue;
            command.Reply.Error(TooLarge(command));
            return;
        }

        new WriteMany(command).Run();
    }

    public static string TooLarge(in CommandContext command) =>
        $"ERR value is larger than {command.Server.Limits.MaxValueBytes} bytes; nothing was written";
}
