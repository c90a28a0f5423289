namespace Quorate.Transport.Peers;

/// <summary>How long to wait before dialling again: twice as long each time, with jitter so that nodes do not march in step.</summary>
internal sealed class Backoff(Random random)
{
    private const int FirstMilliseconds = 50;
    private const int LongestMilliseconds = 2_000;

    private int _next = FirstMilliseconds;

    /// <summary>Between half and the whole of 50 ms, 100 ms, … 2 s.</summary>
    public TimeSpan Next()
    {
        int longest = _next;
        _next = Math.Min(_next * 2, LongestMilliseconds);
        return TimeSpan.FromMilliseconds(random.Next(longest / 2, longest + 1));
    }

    public void Reset() => _next = FirstMilliseconds;
}
