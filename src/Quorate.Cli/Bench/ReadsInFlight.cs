namespace Quorate.Cli.Bench;

/// <summary>
/// Knows a time before which no read in flight began, without a list of them: two generations are counted, and when the older
/// one has ended the younger takes its place.
/// </summary>
internal sealed class ReadsInFlight
{
    private long _boundary;
    private int _older;
    private int _younger;

    public long Oldest { get; private set; }

    public void Begin() => _younger++;

    public void End(long begun)
    {
        if (begun <= _boundary) _older--;
        else _younger--;
    }

    /// <summary>Every read so far began at or before <paramref name="now"/>, every later one begins after it.</summary>
    public void Advance(long now)
    {
        if (_older > 0) return;
        Oldest = _boundary;
        (_older, _younger) = (_younger, 0);
        _boundary = now;
    }
}
