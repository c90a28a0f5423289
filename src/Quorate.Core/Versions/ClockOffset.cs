namespace Quorate.Core.Versions;

/// <summary>
/// Estimates how far another clock is from ours, as NTP does (Mills 1991): their reading against the midpoint of our
/// sending and receiving is wrong by at most half the round trip, so of the last few the quickest is believed.
/// </summary>
public sealed class ClockOffset
{
    /// <summary>Few, so that a clock that jumps is noticed within seconds.</summary>
    private const int Samples = 5;

    /// <summary>After this many ms of silence nothing is claimed.</summary>
    private const long HeardWithin = 3_000;

    private readonly Sample[] _samples = new Sample[Samples];
    private long _count;
    private long _heardAt;

    /// <param name="sent">Our Unix ms when asking.</param>
    /// <param name="received">Our Unix ms when the answer came.</param>
    /// <param name="theirs">Their Unix ms when answering.</param>
    /// <param name="roundTrip">Monotonic ms between asking and answer.</param>
    /// <param name="now">Monotonic ms.</param>
    public void Record(long sent, long received, long theirs, long roundTrip, long now)
    {
        _samples[_count++ % Samples] = new Sample(roundTrip, theirs - (sent + (received - sent) / 2));
        _heardAt = now;
    }

    /// <summary>Their clock minus ours in ms; null where it was not heard lately.</summary>
    /// <param name="now">Monotonic ms.</param>
    public long? At(long now)
    {
        if (_count == 0 || now - _heardAt > HeardWithin) return null;

        // From the newest back, so that of equally quick ones the newest counts.
        Sample best = _samples[(_count - 1) % Samples];
        for (long age = 2; age <= Math.Min(_count, Samples); age++)
        {
            Sample older = _samples[(_count - age) % Samples];
            if (older.RoundTrip < best.RoundTrip) best = older;
        }

        return best.Offset;
    }

    private readonly record struct Sample(long RoundTrip, long Offset);
}
