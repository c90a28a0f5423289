namespace Quorate.Core.Membership;

/// <summary>
/// How much this node doubts itself (Lifeguard, "local health multiplier"): one whose probes fail, whose helpers keep silent
/// or who is itself suspected may be slow or cut off, and then gives the others more time.
/// </summary>
public sealed class LocalHealth
{
    /// <summary>The highest score (Lifeguard's S): periods are then nine times as long.</summary>
    public const int Worst = 8;

    /// <summary>0 is well.</summary>
    public int Score { get; private set; }

    /// <summary>A probe was answered.</summary>
    public void Improve() => Score = Math.Max(0, Score - 1);

    /// <summary>A probe failed, a helper kept silent, or this node is suspected.</summary>
    /// <param name="by">At least 0.</param>
    public void Worsen(int by = 1) => Score = Math.Min(Worst, Score + by);

    /// <summary>A period as long as this node now gives others: once more for each point of the score.</summary>
    public int Stretch(int milliseconds) => milliseconds * (Score + 1);
}
