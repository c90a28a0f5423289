namespace Quorate;

/// <summary>For interfaces that have synchronous twins: prefer the asynchronous ones, which hold no thread.</summary>
internal static class Blocking
{
    /// <summary>Without the caller's synchronization context, to which what is awaited would want to return while the caller waits for it.</summary>
    public static T Wait<T>(Func<Task<T>> start)
    {
        SynchronizationContext? callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return start().GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }

    /// <inheritdoc cref="Wait{T}"/>
    public static void Wait(Func<Task> start) => Wait(async () =>
    {
        await start();
        return true;
    });
}
