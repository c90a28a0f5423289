using System.Globalization;
using System.Text;

namespace Quorate.Server.Http;

/// <summary>Keyspace and key out of a request target, byte by byte: a route value was decoded as text, and keys are not text.</summary>
internal static class KeyTarget
{
    private const string Prefix = "/kv/";

    /// <param name="target">As it came in the request line.</param>
    /// <param name="keyspace">Its name, as UTF-8 says it.</param>
    /// <param name="key">Its bytes.</param>
    /// <param name="problem">What is wrong with it, where false.</param>
    public static bool TryParse(string target, out string keyspace, out byte[] key, out string problem)
    {
        keyspace = problem = "";
        key = [];
        ReadOnlySpan<char> path = target.AsSpan();
        int query = path.IndexOf('?');
        if (query >= 0) path = path[..query];
        int start = path.IndexOf(Prefix, StringComparison.Ordinal);
        ReadOnlySpan<char> rest = start < 0 ? default : path[(start + Prefix.Length)..];
        int slash = rest.IndexOf('/');
        if (slash <= 0 || slash == rest.Length - 1)
        {
            problem = "the path is not /kv/{keyspace}/{key}";
            return false;
        }

        if (!TryDecode(rest[..slash], out byte[] name, out problem) || !TryDecode(rest[(slash + 1)..], out key, out problem)) return false;
        keyspace = Encoding.UTF8.GetString(name);
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes, out string problem)
    {
        var decoded = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = 0;
        problem = "";
        bytes = [];
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAny('%', EscapeGuard.Escape);
            if (plain < 0) plain = text.Length;
            length += Encoding.UTF8.GetBytes(text[..plain], decoded.AsSpan(length));
            text = text[plain..];
            if (text.IsEmpty) break;
            if (text.Length < 3 || !byte.TryParse(text[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out decoded[length]))
            {
                problem = "the path has a % that two hex digits do not follow: a % in a key is written %25";
                return false;
            }

            length++;
            text = text[3..];
        }

        bytes = decoded[..length];
        return true;
    }
}
