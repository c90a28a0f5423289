namespace Quorate.Resp.Protocol;

/// <summary>Integers as Redis reads them: no sign but a minus, no leading zero, no space.</summary>
internal static class RespNumber
{
    /// <summary>Digits of the largest 64-bit integer.</summary>
    private const int MaxDigits = 19;

    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        bool negative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.Length is 0 or > MaxDigits) return false;
        if (digits[0] == '0') return text.Length == 1;

        ulong value = 0;
        foreach (byte next in digits)
        {
            uint digit = (uint)next - '0';
            if (digit > 9) return false;
            value = value * 10 + digit;
        }

        if (value > long.MaxValue + (negative ? 1UL : 0UL)) return false;
        number = negative ? unchecked(-(long)value) : (long)value;
        return true;
    }
}
