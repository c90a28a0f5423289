namespace Quorate.Resp.Commands;

/// <summary>How a command gives a time of expiry: in seconds or ms, from now or from 1970.</summary>
internal readonly record struct ExpiryTime(bool IsSeconds, bool IsAbsolute)
{
    public static ExpiryTime Seconds => new(true, false);

    public static ExpiryTime Milliseconds => new(false, false);

    public static ExpiryTime UnixSeconds => new(true, true);

    public static ExpiryTime UnixMilliseconds => new(false, true);

    /// <summary>EX, PX, EXAT, PXAT.</summary>
    public static bool TryUnit(ReadOnlySpan<byte> word, out ExpiryTime unit)
    {
        unit = default;
        if (word.Length is not (2 or 4) || (word[1] | 0x20) != 'x') return false;
        if (word.Length == 4 && !System.Text.Ascii.EqualsIgnoreCase(word[2..], "AT"u8)) return false;
        int first = word[0] | 0x20;
        unit = new ExpiryTime(first == 'e', word.Length == 4);
        return first is 'e' or 'p';
    }

    /// <summary>The Unix ms; false where that is beyond 64 bits.</summary>
    public bool TryResolve(long amount, long wallClock, out long at)
    {
        Int128 sum = (Int128)amount * (IsSeconds ? 1000 : 1) + (IsAbsolute ? 0 : wallClock);
        at = sum > long.MaxValue || sum < long.MinValue ? 0 : (long)sum;
        return sum <= long.MaxValue && sum >= long.MinValue;
    }
}
