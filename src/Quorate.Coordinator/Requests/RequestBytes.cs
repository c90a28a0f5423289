namespace Quorate.Coordinator.Requests;

/// <summary>
/// A request's key, and the payload behind it: in one buffer, because each of its own would be two more places in memory to wait for
/// (docs/performance.md).
/// </summary>
/// <param name="held">What it holds is counted there.</param>
public sealed class RequestBytes(HeldBytes held) : ByteBuffer(held)
{
    private int _keyLength;

    /// <summary>Valid until anything is set or cleared, as the payload is.</summary>
    public ReadOnlySpan<byte> Key => Span[.._keyLength];

    /// <summary>Empty before <see cref="SetPayload"/>.</summary>
    public ReadOnlySpan<byte> Payload => Span[_keyLength..];

    /// <summary>Holds a copy of this key, and no payload.</summary>
    public void SetKey(ReadOnlySpan<byte> key)
    {
        Set(key);
        _keyLength = key.Length;
    }

    /// <summary>Holds a copy of both, one behind the other, instead of what the payload was.</summary>
    public void SetPayload(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        Span<byte> payload = Resize(_keyLength + first.Length + second.Length, kept: _keyLength)[_keyLength..];
        first.CopyTo(payload);
        second.CopyTo(payload[first.Length..]);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _keyLength = 0;
    }
}
