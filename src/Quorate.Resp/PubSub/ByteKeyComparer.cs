using Quorate.Core;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.PubSub;

/// <summary>Names of channels: bytes, looked up by span.</summary>
internal sealed class ByteKeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static ByteKeyComparer Instance { get; } = new();

    public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

    public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

    public bool Equals(ReadOnlySpan<byte> name, byte[] other) => name.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> name) => KeyHash.Of(0, name).GetHashCode();

    public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
}
