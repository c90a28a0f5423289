using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>What SCAN's words say.</summary>
/// <param name="From">Where it goes on.</param>
/// <param name="Count">About how many keys to look at, 1 to <see cref="ScanRequest.MaxLimit"/>.</param>
/// <param name="Pattern">The word that holds it; 0 for none.</param>
/// <param name="IsForStrings">Whether keys of the only type there is are wanted.</param>
internal readonly record struct ScanTerms(ScanPoint From, int Count, int Pattern, bool IsForStrings)
{
    private const int UsualCount = 10;

    /// <summary>Returns what is wrong, in Redis' words, or null.</summary>
    public static string? Parse(Arguments arguments, out ScanTerms terms)
    {
        terms = new ScanTerms(ScanPoint.Start, UsualCount, 0, true);
        if (!ulong.TryParse(arguments[1], out ulong cursor) || !ScanPoint.TryParse(cursor, out ScanPoint from)) return "ERR invalid cursor";
        terms = terms with { From = from };
        for (int i = 2; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count) return "ERR syntax error";
            if (arguments.Is(i, "MATCH"u8))
            {
                terms = terms with { Pattern = i + 1 };
            }
            else if (arguments.Is(i, "TYPE"u8))
            {
                terms = terms with { IsForStrings = arguments.Is(i + 1, "string"u8) };
            }
            else if (arguments.Is(i, "COUNT"u8))
            {
                if (!RespNumber.TryParse(arguments[i + 1], out long count)) return "ERR value is not an integer or out of range";
                if (count < 1) return "ERR syntax error";
                terms = terms with { Count = (int)Math.Min(count, ScanRequest.MaxLimit) };
            }
            else
            {
                return "ERR syntax error";
            }
        }

        return null;
    }
}
