using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Which bits BITCOUNT and BITPOS look at: start and end in bytes or bits, where -1 is the last.</summary>
/// <param name="Start">Negative counts from the end.</param>
/// <param name="End">Belongs to the range; negative counts from the end.</param>
/// <param name="InBits">Else both are bytes.</param>
/// <param name="HasEnd">Without one BITPOS takes the value as followed by zeros.</param>
internal readonly record struct BitRange(long Start, long End, bool InBits, bool HasEnd)
{
    public static BitRange Whole => new(0, -1, false, false);

    /// <summary><c>start [end [BYTE|BIT]]</c>; returns what is wrong, in Redis' words, or null.</summary>
    public static string? Parse(Arguments arguments, int index, out BitRange range)
    {
        range = Whole;
        int words = arguments.Count - index;
        if (words > 3) return "ERR syntax error";
        long end = -1;
        if (!RespNumber.TryParse(arguments[index], out long start)) return "ERR value is not an integer or out of range";
        bool inBits = words == 3 && arguments.Is(index + 2, "BIT"u8);
        if (words == 3 && !inBits && !arguments.Is(index + 2, "BYTE"u8)) return "ERR syntax error";
        if (words > 1 && !RespNumber.TryParse(arguments[index + 1], out end)) return "ERR value is not an integer or out of range";
        range = new BitRange(start, end, inBits, words > 1);
        return null;
    }

    /// <summary>BITCOUNT.</summary>
    public long Count(ReadOnlySpan<byte> value) =>
        !RangeCommands.IsBackward(Start, End) && TryResolve(value.Length, out long first, out long last) ? BitString.Count(value, first, last) : 0;

    /// <summary>BITPOS: the first such bit, or -1.</summary>
    public long Find(ReadOnlySpan<byte> value, bool bit)
    {
        if (!TryResolve(value.Length, out long first, out long last)) return -1;
        long found = BitString.Find(value, bit, first, last);
        bool runsOut = found < 0 && !bit && !HasEnd;
        return runsOut ? (long)value.Length * 8 : found;
    }

    /// <summary>The first and the last bit; false where there is none.</summary>
    private bool TryResolve(int valueBytes, out long first, out long last)
    {
        long length = InBits ? (long)valueBytes * 8 : valueBytes;
        bool any = RangeCommands.TryRange(Start, End, length, out first, out last);
        if (InBits) return any;
        (first, last) = (first * 8, last * 8 + 7);
        return any;
    }
}
