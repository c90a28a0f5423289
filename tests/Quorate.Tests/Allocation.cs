namespace Quorate.Tests;

/// <summary>What code allocates once it is warm.</summary>
internal static class Allocation
{
    /// <summary>How often <see cref="OfWarm"/> runs the work, the first time to warm it.</summary>
    public const int Rounds = 6;

    /// <summary>
    /// Bytes on this thread, the least of several rounds: code that allocates does so in each of them, while what the runtime
    /// does on a thread now and then (a method compiled anew, a collection for another test's garbage) is no one's fault.
    /// </summary>
    public static long OfWarm(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int round = 1; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
