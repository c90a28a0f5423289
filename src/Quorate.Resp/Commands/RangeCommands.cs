using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Parts of values: APPEND GETRANGE SUBSTR SETRANGE LCS.</summary>
internal static class RangeCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("append", 3, CommandFlags.Write | CommandFlags.Fast, Append) { Keys = KeyPositions.One },
        new("getrange", 4, CommandFlags.ReadOnly, GetRange) { Keys = KeyPositions.One },
        new("substr", 4, CommandFlags.ReadOnly, GetRange) { Keys = KeyPositions.One },
        new("setrange", 4, CommandFlags.Write, SetRange) { Keys = KeyPositions.One },
        new("lcs", -3, CommandFlags.ReadOnly, Lcs) { Keys = KeyPositions.Two },
    ];

    /// <summary>Redis' way to name a range, where -1 is the last; false where nothing lies in it.</summary>
    public static bool TryRange(long start, long end, long length, out long first, out long last)
    {
        first = start < 0 ? Math.Max(length + start, 0) : start;
        last = end < 0 ? Math.Max(length + end, 0) : Math.Min(end, length - 1);
        return length > 0 && first <= last;
    }

    /// <summary>Both counted from the end, in the wrong order: where Redis looks at that, clamping must not make a range of it.</summary>
    public static bool IsBackward(long start, long end) => start < 0 && end < 0 && start > end;

    private static void Append(in CommandContext command) => StringCommands.Edit(command, RegisterEdit.Append(command.Arguments[2]), ReplyShape.Number);

    private static void GetRange(in CommandContext command)
    {
        if (!RespNumber.TryParse(command.Arguments[2], out long start) || !RespNumber.TryParse(command.Arguments[3], out long end))
        {
            command.Reply.Error("ERR value is not an integer or out of range");
            return;
        }

        command.Read(new ReplyShape
        {
            Read = (reply, in result, _) =>
            {
                ReadOnlySpan<byte> value = result.Entry.IsAbsent ? default : result.Entry.Value;
                reply.Bulk(!IsBackward(start, end) && TryRange(start, end, value.Length, out long first, out long last) ? value[(int)first..(int)(last + 1)] : default);
            },
        });
    }

    private static void SetRange(in CommandContext command)
    {
        ReadOnlySpan<byte> value = command.Arguments[3];
        if (!RespNumber.TryParse(command.Arguments[2], out long offset)) command.Reply.Error("ERR value is not an integer or out of range");
        else if (offset < 0) command.Reply.Error("ERR offset is out of range");
        else if (value.IsEmpty) command.Read(StringCommands.ValueLength);
        else if (offset + value.Length > command.Server.Limits.MaxValueBytes || offset > RegisterEdit.MaxOffset) command.Reply.Error(StringCommands.TooLarge(command));
        else command.Edit(RegisterEdit.SetRange(offset, value), ReplyShape.Number);
    }

    private static void Lcs(in CommandContext command)
    {
        if (CompareKeys.Terms.Parse(command.Arguments, out CompareKeys.Terms terms) is { } problem) command.Reply.Error(problem);
        else new CompareKeys(command, terms).Run();
    }
}
