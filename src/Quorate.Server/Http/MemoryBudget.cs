namespace Quorate.Server.Http;

/// <summary>Bounds the bytes that all HTTP requests and answers together hold (law 8).</summary>
internal sealed class MemoryBudget(long bytes)
{
    private long _left = bytes;

    /// <returns>False, and nothing taken, where there is not that much left.</returns>
    public bool TryTake(long amount)
    {
        if (Interlocked.Add(ref _left, -amount) >= 0) return true;
        GiveBack(amount);
        return false;
    }

    public void GiveBack(long amount) => Interlocked.Add(ref _left, amount);
}
