using System.Text;

namespace Quorate;

/// <summary>What a value is, as HTTP says it: text to applications, ASCII beside the value.</summary>
internal static class ContentType
{
    private const int MaxLength = byte.MaxValue;
    private const string Json = "application/json";

    public static string TextOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "";
        return bytes.SequenceEqual("application/json"u8) ? Json : Encoding.ASCII.GetString(bytes);
    }

    public static byte[] BytesOf(string text)
    {
        if (text.Length > MaxLength || !Ascii.IsValid(text))
            throw new ArgumentException($"A content type has at most {MaxLength} ASCII characters.", nameof(text));
        return text.Length == 0 ? [] : Encoding.ASCII.GetBytes(text);
    }
}
