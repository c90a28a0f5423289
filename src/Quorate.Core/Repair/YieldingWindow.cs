namespace Quorate.Core.Repair;

/// <summary>
/// How much background work to have under way with one peer so that its clients hardly notice: more while answers come as quickly
/// as they ever did, half when they queue behind something, which is clients' load or our own (after LEDBAT, RFC 6817: yield to
/// delay, not to loss).
/// </summary>
/// <param name="most">Under way at a time, at least 1.</param>
public sealed class YieldingWindow(int most)
{
    /// <summary>Queueing below this is noise of a healthy node.</summary>
    private const int TolerableQueueing = 2_000;

    /// <summary>The quickest answer is forgotten slowly, so that a peer which became slow for good is not spared for ever.</summary>
    private const int ForgetEvery = 1_000;

    private int _quickest = int.MaxValue;
    private int _answers;

    /// <summary>How many may be under way.</summary>
    public int Size { get; private set; } = 1;

    /// <summary>One answer came: the window grows by one, or is halved.</summary>
    /// <param name="microseconds">From sending to the answer.</param>
    public void OnAnswer(int microseconds)
    {
        if (++_answers % ForgetEvery == 0) _quickest += _quickest / 2;
        _quickest = Math.Min(_quickest, Math.Max(1, microseconds));
        bool isQueueing = microseconds > (long)_quickest * 2 + TolerableQueueing;
        Size = isQueueing ? Math.Max(1, Size / 2) : Math.Min(most, Size + 1);
    }

    /// <summary>It refused, or stayed silent.</summary>
    public void OnFailure() => Size = 1;
}
