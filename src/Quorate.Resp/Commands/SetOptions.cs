using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>What follows the value in SET.</summary>
/// <param name="Condition">NX or XX.</param>
/// <param name="ExpiresAt">Unix ms; 0 is never.</param>
/// <param name="KeepsExpiry">KEEPTTL.</param>
/// <param name="AnswersPrevious">GET.</param>
internal readonly record struct SetOptions(
    EditCondition Condition, long ExpiresAt, bool KeepsExpiry, bool AnswersPrevious)
{
    /// <summary>Needs nothing of what is there, so it need not be read.</summary>
    public bool IsPlain => Condition == EditCondition.None && !KeepsExpiry && !AnswersPrevious;

    /// <summary>Returns what is wrong, in Redis' words, or null.</summary>
    public static string? Parse(Arguments arguments, long wallClock, out SetOptions options)
    {
        options = default;
        bool expires = false;
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "NX"u8) && options.Condition != EditCondition.KeyPresent)
                options = options with { Condition = EditCondition.KeyMissing };
            else if (arguments.Is(i, "XX"u8) && options.Condition != EditCondition.KeyMissing)
                options = options with { Condition = EditCondition.KeyPresent };
            else if (arguments.Is(i, "GET"u8)) options = options with { AnswersPrevious = true };
            else if (arguments.Is(i, "KEEPTTL"u8) && !expires) options = options with { KeepsExpiry = true };
            else if (ExpiryTime.TryUnit(arguments[i], out ExpiryTime unit) && !expires && !options.KeepsExpiry && i + 1 < arguments.Count)
            {
                if (!RespNumber.TryParse(arguments[++i], out long amount)) return "ERR value is not an integer or out of range";
                if (amount <= 0 || !unit.TryResolve(amount, wallClock, out long at)) return "ERR invalid expire time in 'set' command";
                options = options with { ExpiresAt = at };
                expires = true;
            }
            else
            {
                return "ERR syntax error";
            }
        }

        return null;
    }
}
