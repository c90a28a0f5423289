using System.Text;

namespace Quorate.Cli.Client;

internal enum RespKind
{
    Text,
    Error,
    Integer,
    Bytes,
    Nothing,
    Array,
}

/// <summary>A RESP2 reply.</summary>
/// <param name="Bytes">Of a text, an error or a bulk string.</param>
internal sealed record RespReply(RespKind Kind, byte[] Bytes, long Number, IReadOnlyList<RespReply> Items)
{
    public string Text => Kind == RespKind.Integer ? $"{Number}" : Encoding.UTF8.GetString(Bytes);

    public static RespReply OfBytes(RespKind kind, byte[] bytes) => new(kind, bytes, 0, []);

    public static RespReply OfNumber(long number) => new(RespKind.Integer, [], number, []);

    public static RespReply OfItems(IReadOnlyList<RespReply> items) => new(RespKind.Array, [], 0, items);

    public static RespReply Nothing { get; } = new(RespKind.Nothing, [], 0, []);
}
