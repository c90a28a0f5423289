using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Values as bits: SETBIT GETBIT BITCOUNT BITPOS BITOP.</summary>
internal static class BitCommands
{
    private const string NoInteger = "ERR value is not an integer or out of range";
    private const string NoOffset = "ERR bit offset is not an integer or out of range";
    private const string SyntaxError = "ERR syntax error";

    public static CommandSpec[] All { get; } =
    [
        new("setbit", 4, CommandFlags.Write, SetBit) { Keys = KeyPositions.One },
        new("getbit", 3, CommandFlags.ReadOnly | CommandFlags.Fast, GetBit) { Keys = KeyPositions.One },
        new("bitcount", -2, CommandFlags.ReadOnly, BitCount) { Keys = KeyPositions.One },
        new("bitpos", -3, CommandFlags.ReadOnly, BitPos) { Keys = KeyPositions.One },
        new("bitop", -4, CommandFlags.Write, BitOp) { Keys = new KeyPositions(2, -1, 1) },
    ];

    private static void SetBit(in CommandContext command)
    {
        if (!TryOffset(command, out long offset)) command.Reply.Error(NoOffset);
        else if (!TryBit(command.Arguments[3], out bool bit)) command.Reply.Error("ERR bit is not an integer or out of range");
        else if (offset / 8 >= command.Server.Limits.MaxValueBytes) command.Reply.Error(StringCommands.TooLarge(command));
        else command.Edit(RegisterEdit.SetBit(offset, bit), ReplyShape.Number);
    }

    private static void GetBit(in CommandContext command)
    {
        if (!TryOffset(command, out long offset))
        {
            command.Reply.Error(NoOffset);
            return;
        }

        command.Read(new ReplyShape
        {
            Read = (reply, in result, _) => reply.Integer(!result.Entry.IsAbsent && BitString.Get(result.Entry.Value, offset) ? 1 : 0),
        });
    }

    private static void BitCount(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        BitRange range = BitRange.Whole;
        string? problem = arguments.Count == 3 ? SyntaxError : arguments.Count > 2 ? BitRange.Parse(arguments, 2, out range) : null;
        if (problem is not null)
        {
            command.Reply.Error(problem);
            return;
        }

        command.Read(new ReplyShape
        {
            Read = (reply, in result, _) => reply.Integer(result.Entry.IsAbsent ? 0 : range.Count(result.Entry.Value)),
        });
    }

    private static void BitPos(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (!RespNumber.TryParse(arguments[2], out long wanted))
        {
            command.Reply.Error(NoInteger);
            return;
        }

        BitRange range = BitRange.Whole;
        string? problem = wanted is not (0 or 1) ? "ERR The bit argument must be 1 or 0."
            : arguments.Count > 3 ? BitRange.Parse(arguments, 3, out range)
            : null;
        if (problem is not null)
        {
            command.Reply.Error(problem);
            return;
        }

        bool bit = wanted == 1;
        command.Read(new ReplyShape
        {
            Read = (reply, in result, _) =>
            {
                if (result.Entry.IsAbsent) reply.Integer(bit ? -1 : 0);
                else reply.Integer(range.Find(result.Entry.Value, bit));
            },
        });
    }

    private static void BitOp(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        BitOperator? found = arguments.Is(1, "AND"u8) ? BitOperator.And
            : arguments.Is(1, "OR"u8) ? BitOperator.Or
            : arguments.Is(1, "XOR"u8) ? BitOperator.Xor
            : arguments.Is(1, "NOT"u8) ? BitOperator.Not
            : null;
        if (found is not { } bitOperator) command.Reply.Error(SyntaxError);
        else if (bitOperator == BitOperator.Not && arguments.Count != 4) command.Reply.Error("ERR BITOP NOT must be called with a single source key.");
        else new BitOperation(command, bitOperator).Run();
    }

    private static bool TryOffset(in CommandContext command, out long offset) =>
        RespNumber.TryParse(command.Arguments[2], out offset) && offset is >= 0 and <= RegisterEdit.MaxOffset;

    private static bool TryBit(ReadOnlySpan<byte> word, out bool bit)
    {
        bit = word is [(byte)'1'];
        return word is [(byte)'0' or (byte)'1'];
    }
}
