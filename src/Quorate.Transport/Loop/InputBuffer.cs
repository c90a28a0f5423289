using System.Buffers;

namespace Quorate.Transport.Loop;

/// <summary>
/// What a session has not taken yet. Bytes are received into one buffer that all connections share, and only what a session
/// leaves is copied to a buffer of its own: idle connections hold nothing, and the usual request is never copied.
/// A large message is received into the own buffer, which grows as bytes arrive, not as a peer announces them.
/// </summary>
/// <param name="shared">The loop's receive buffer.</param>
internal sealed class InputBuffer(byte[] shared)
{
    public const int SharedSize = 256 * 1024;

    /// <summary>Less than this is cheaper to copy to the shared buffer and back than to receive little by little.</summary>
    private const int CopyBelow = 16 * 1024;

    private byte[]? _own;
    private bool _inShared;

    public int Length { get; private set; }

    /// <summary>Memory held between turns.</summary>
    public int Held => _own?.Length ?? 0;

    public ReadOnlySpan<byte> Bytes => (_inShared ? shared : _own).AsSpan(0, Length);

    /// <summary>Where to receive next: never empty, and at most a turn's share for one connection.</summary>
    public Span<byte> Space()
    {
        if (Length < CopyBelow)
        {
            if (Length > 0) _own.AsSpan(0, Length).CopyTo(shared);
            _inShared = true;
            return shared.AsSpan(Length);
        }

        if (Length == _own!.Length) MoveTo(ArrayPool<byte>.Shared.Rent(Length * 2));
        return _own.AsSpan(Length, Math.Min(_own.Length - Length, SharedSize));
    }

    /// <param name="count">0 or less where nothing came.</param>
    public void Received(int count)
    {
        if (count > 0) Length += count;
        else _inShared = false;
    }

    /// <summary>Drops what the session took and keeps the rest beyond the turn.</summary>
    public void Keep(int taken)
    {
        int rest = Length - taken;
        if (rest == 0)
        {
            Release();
            return;
        }

        ReadOnlySpan<byte> left = Bytes[taken..];
        byte[] target = Fits(rest) ? _own! : ArrayPool<byte>.Shared.Rent(Math.Max(rest, CopyBelow));
        left.CopyTo(target);
        if (target != _own) Replace(target);
        _inShared = false;
        Length = rest;
    }

    public void Release()
    {
        if (_own is not null) ArrayPool<byte>.Shared.Return(_own);
        _own = null;
        _inShared = false;
        Length = 0;
    }

    /// <summary>Large enough, and not much too large: after a big message the memory goes back.</summary>
    private bool Fits(int rest) => _own is not null && _own.Length >= rest && (_own.Length <= SharedSize || _own.Length / 4 <= rest);

    private void MoveTo(byte[] larger)
    {
        _own.AsSpan(0, Length).CopyTo(larger);
        Replace(larger);
    }

    private void Replace(byte[] replacement)
    {
        if (_own is not null) ArrayPool<byte>.Shared.Return(_own);
        _own = replacement;
    }
}
