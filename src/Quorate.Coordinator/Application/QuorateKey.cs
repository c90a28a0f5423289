using System.Text;

namespace Quorate;

/// <summary>A key: any bytes, at most 64 KiB unless the nodes were told otherwise. A string stands for its UTF-8 bytes.</summary>
/// <param name="Bytes">Not to be changed until the request is answered.</param>
public readonly record struct QuorateKey(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The UTF-8 bytes of a text.</summary>
    public static implicit operator QuorateKey(string key) => new(Encoding.UTF8.GetBytes(key));

    /// <summary>These bytes.</summary>
    public static implicit operator QuorateKey(byte[] key) => new(key);

    /// <summary>These bytes.</summary>
    public static implicit operator QuorateKey(ReadOnlyMemory<byte> key) => new(key);
}
