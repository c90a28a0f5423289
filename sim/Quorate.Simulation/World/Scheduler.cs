namespace Quorate.Simulation.World;

/// <summary>Virtual time and what happens in it, one event after the other on the calling thread; ties go by order of scheduling.</summary>
public sealed class Scheduler
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _order;

    /// <summary>Microseconds since the world began.</summary>
    public long Now { get; private set; }

    public Trace Trace { get; } = new();

    /// <summary>Sees to it that nothing else runs.</summary>
    public ThreadGuard Guard { get; } = new();

    public void After(long microseconds, Action action) => _events.Enqueue(action, (Now + Math.Max(0, microseconds), _order++));

    public void After(TimeSpan span, Action action) => After((long)span.TotalMicroseconds, action);

    /// <summary>Runs events until the condition holds. False where it did not within the bound, or nothing is left to happen.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan bound)
    {
        long end = Now + (long)bound.TotalMicroseconds;
        while (!condition())
        {
            if (!_events.TryPeek(out _, out (long At, long Order) next) || next.At > end) return false;
            Step();
        }

        return true;
    }

    public void RunFor(TimeSpan span)
    {
        long end = Now + (long)span.TotalMicroseconds;
        while (_events.TryPeek(out _, out (long At, long Order) next) && next.At <= end) Step();
        Now = end;
    }

    private void Step()
    {
        _events.TryDequeue(out Action? action, out (long At, long Order) key);
        Now = key.At;
        Trace.Add(key.At);
        action!();
        Guard.ThrowIfBroken();
    }
}
