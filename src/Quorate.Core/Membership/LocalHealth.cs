namespace Quorate.Core.Membership;

/// <summary>
/// How much this node doubts itself (Lifeguard, "local health multiplier"): one whose probes fail, whose helpers keep silent
/// or who is itself suspected may be slow or cut off, and then gives the others more time.
/// </summary>
public sealed class LocalHealth
{
    public const int Worst = 8;

    /// <summary>0 is well.</summary>
    public int Score { get; private set; }

    public void Improve() => Score = Math.Max(0, Score - 1);

    public void Worsen(int by = 1) => Score = Math.Min(Worst, Score + by);

    public int Stretch(int milliseconds) => milliseconds * (Score + 1);
}
