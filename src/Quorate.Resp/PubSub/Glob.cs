namespace Quorate.Resp.PubSub;

/// <summary>
/// Redis' patterns: <c>* ? [a-z] [^a-z] \x</c>. Only the last star is ever tried again, so the work is at most the
/// product of the two lengths, whoever wrote the pattern.
/// </summary>
internal static class Glob
{
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = ++p;
                retry = t;
            }
            else if (p < pattern.Length && TryOne(pattern, text[t], ignoreCase, ref p))
            {
                t++;
            }
            else if (star >= 0)
            {
                p = star;
                t = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>Whether the pattern's next element takes the byte; moves behind the element if so.</summary>
    private static bool TryOne(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase, ref int p)
    {
        int next = p;
        bool taken;
        switch ((char)pattern[next])
        {
            case '?':
                taken = true;
                next++;
                break;
            case '[':
                taken = InClass(pattern, value, ignoreCase, ref next);
                break;
            default:
                if (pattern[next] == '\\' && next + 1 < pattern.Length) next++;
                taken = Fold(pattern[next++], ignoreCase) == Fold(value, ignoreCase);
                break;
        }

        if (taken) p = next;
        return taken;
    }

    private static bool InClass(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase, ref int p)
    {
        p++;
        bool negated = p < pattern.Length && pattern[p] == '^';
        if (negated) p++;
        byte wanted = Fold(value, ignoreCase);
        bool found = false;
        for (; p < pattern.Length && pattern[p] != ']'; p++)
        {
            if (pattern[p] == '\\' && p + 1 < pattern.Length) p++;
            byte low = Fold(pattern[p], ignoreCase), high = low;
            if (p + 2 < pattern.Length && pattern[p + 1] == '-')
            {
                p += 2;
                high = Fold(pattern[p], ignoreCase);
            }

            found |= wanted >= Math.Min(low, high) && wanted <= Math.Max(low, high);
        }

        if (p < pattern.Length) p++;
        return found != negated;
    }

    private static byte Fold(byte value, bool ignoreCase) =>
        ignoreCase && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
