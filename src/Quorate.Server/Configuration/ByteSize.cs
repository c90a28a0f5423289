using System.Globalization;

namespace Quorate.Server.Configuration;

/// <summary>How people write a number of bytes: <c>512MB</c>, in powers of 1024 as Redis has them.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, int Shift)[] Units = [("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40), ("B", 0), ("", 0)];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        (string unit, int shift) = Array.Find(Units, known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<char> number = text.AsSpan(0, text.Length - unit.Length).TrimEnd();
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > long.MaxValue >> shift) return false;
        bytes = count << shift;
        return true;
    }
}
