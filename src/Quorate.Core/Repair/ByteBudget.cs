namespace Quorate.Core.Repair;

/// <summary>
/// Bytes a second, as a bucket of tokens that may go into debt: the size of what is moved is often known only once it came. (Virtual
/// scheduling, the other form of the leaky bucket: kept is the moment at which all that was spent is paid for.)
/// </summary>
/// <param name="bytesPerSecond">At least 1.</param>
public sealed class ByteBudget(long bytesPerSecond)
{
    /// <summary>What was not spent for so long can be spent at once: a short burst hurts nobody.</summary>
    private const long BurstMilliseconds = 100;

    /// <summary>Monotonic µs.</summary>
    private long _paidAt = long.MinValue / 2;

    /// <summary>As it was made with.</summary>
    public long BytesPerSecond => bytesPerSecond;

    /// <summary>Something was moved, or is about to be; the budget may go into debt.</summary>
    /// <param name="bytes">At least 0.</param>
    /// <param name="now">Monotonic ms.</param>
    public void Spend(long bytes, long now) =>
        _paidAt = Math.Max(_paidAt, (now - BurstMilliseconds) * 1_000) + (long)((Int128)bytes * 1_000_000 / bytesPerSecond);

    /// <summary>For how many ms nothing more should be spent.</summary>
    /// <param name="now">Monotonic ms.</param>
    public int Wait(long now) => (int)Math.Clamp((_paidAt - now * 1_000 + 999) / 1_000, 0, int.MaxValue);
}
