namespace Quorate.Core.Versions;

/// <summary>
/// Estimates how far another clock is from ours, as NTP does (Mills 1991): their reading against the midpoint of our
/// sending and receiving is wrong by at most half the round trip, so of the last few the quickest is believed. Measured
/// against our monotonic clock, so that a jump of our own wall clock shows at once.
/// </summary>
public sealed class ClockOffset
{
    private const int Samples = 5;

    /// <summary>After this many ms of silence nothing is claimed.</summary>
    private const long HeardWithin = 3_000;

    /// <summary>Clocks are read in whole ms, and between two pings two machines drift by far less.</summary>
    private const long Slack = 2;

    private readonly Sample[] _samples = new Sample[Samples];
    private long _count;
    private long _heardAt;

    /// <summary>Takes in one question and its answer.</summary>
    /// <param name="sent">Our monotonic ms when asking.</param>
    /// <param name="received">Our monotonic ms when the answer came.</param>
    /// <param name="theirs">Their Unix ms when answering.</param>
    public void Record(long sent, long received, long theirs)
    {
        long roundTrip = Math.Max(0, received - sent);
        var sample = new Sample(roundTrip, theirs - (sent + roundTrip / 2));

        // What contradicts the newest beyond what both may be wrong by was measured before their clock jumped.
        if (_count > 0 && Best().Contradicts(sample)) _count = 0;
        _samples[_count++ % Samples] = sample;
        _heardAt = received;
    }

    /// <summary>Their wall clock minus ours in ms; null where it was not heard lately.</summary>
    /// <param name="now">Our monotonic ms.</param>
    /// <param name="wall">Our Unix ms.</param>
    public long? At(long now, long wall)
    {
        if (_count == 0 || now - _heardAt > HeardWithin) return null;
        return Best().Lead + now - wall;
    }

    /// <summary>From the newest back, so that of equally quick ones the newest counts.</summary>
    private Sample Best()
    {
        Sample best = _samples[(_count - 1) % Samples];
        for (long age = 2; age <= Math.Min(_count, Samples); age++)
        {
            Sample older = _samples[(_count - age) % Samples];
            if (older.RoundTrip < best.RoundTrip) best = older;
        }

        return best;
    }

    /// <param name="RoundTrip">In ms; at least 0.</param>
    /// <param name="Lead">Their Unix ms minus our monotonic ms.</param>
    private readonly record struct Sample(long RoundTrip, long Lead)
    {
        /// <summary>Readings come from a peer and may be anything: the difference is taken where it cannot overflow.</summary>
        public bool Contradicts(Sample other) =>
            Int128.Abs((Int128)Lead - other.Lead) > (RoundTrip + other.RoundTrip) / 2 + Slack;
    }
}
