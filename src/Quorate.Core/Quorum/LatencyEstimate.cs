namespace Quorate.Core.Quorum;

/// <summary>
/// How long a replica takes to answer, in µs, from a stream of samples in constant space: a moving mean to rank replicas by, and
/// a high quantile that says when one is late (frugal streaming: Ma, Muthukrishnan, Sandler 2013).
/// </summary>
public struct LatencyEstimate
{
    /// <summary>Two ms: below it a second question costs more than the wait.</summary>
    public const int LeastLate = 2_000;

    /// <summary>What is slower than this is not slow but silent.</summary>
    public const int MostLate = 100_000;

    /// <summary>Of 20 samples one is above the 95th percentile: one step up weighs 19 down.</summary>
    private const int StepsUp = 19;

    private int _highQuantile;

    /// <summary>Moving mean over about 8 samples; 0 before the first, so that whoever is new is tried.</summary>
    public int Mean { get; private set; }

    /// <summary>After this an answer is late: the recent 95th percentile, within bounds.</summary>
    public readonly int Late => Math.Clamp(_highQuantile, LeastLate, MostLate);

    /// <summary>Takes in one answer.</summary>
    /// <param name="sample">From question to answer, in µs; taken as 1 to <see cref="MostLate"/>.</param>
    public void Add(int sample)
    {
        sample = Math.Clamp(sample, 1, MostLate);
        if (Mean == 0) Mean = _highQuantile = sample;
        Mean += (sample - Mean) / 8;
        int step = Math.Max(1, _highQuantile / 256);
        _highQuantile += sample > _highQuantile ? step * StepsUp : -step;
    }
}
