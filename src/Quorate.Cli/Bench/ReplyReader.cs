using System.Buffers.Text;

namespace Quorate.Cli.Bench;

internal enum ReplyKind
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,
    Ok,
    Value,
    Missing,
    Error,

    /// <summary>No reply to GET or SET, or no RESP at all.</summary>
    Unexpected,
}

/// <summary>Reads the replies to GET and SET.</summary>
internal static class ReplyReader
{
    private const int MaxLine = 64 * 1024;

    /// <param name="content">The value, or the error's text.</param>
    /// <param name="length">How many bytes the reply has; where it is incomplete, how many must be there at least.</param>
    public static ReplyKind Read(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> content, out int length)
    {
        content = default;
        length = bytes.Length + 1;
        int end = bytes.IndexOf("\r\n"u8);
        if (end < 0) return bytes.Length < MaxLine ? ReplyKind.Incomplete : ReplyKind.Unexpected;
        if (end == 0) return ReplyKind.Unexpected;

        length = end + 2;
        ReadOnlySpan<byte> line = bytes[1..end];
        switch (bytes[0])
        {
            case (byte)'+':
                return ReplyKind.Ok;
            case (byte)'-':
                content = line;
                return ReplyKind.Error;
            case (byte)'$':
                return ReadBulk(bytes, line, ref content, ref length);
            default:
                return ReplyKind.Unexpected;
        }
    }

    private static ReplyKind ReadBulk(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> line, ref ReadOnlySpan<byte> content, ref int length)
    {
        bool isNumber = Utf8Parser.TryParse(line, out int size, out int read) && read == line.Length;
        if (!isNumber || size is < -1 or > 512 * 1024 * 1024) return ReplyKind.Unexpected;
        if (size == -1) return ReplyKind.Missing;

        int head = length;
        length += size + 2;
        if (bytes.Length < length) return ReplyKind.Incomplete;
        content = bytes.Slice(head, size);
        return ReplyKind.Value;
    }
}
