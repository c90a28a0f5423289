using Quorate.Coordinator.Environment;

namespace Quorate.Benchmarks;

/// <summary>
/// A loop on which no time passes, so that no timer fires and nothing runs in the background; and the worker beside it, which is
/// done at once. Allocates nothing a turn.
/// </summary>
internal sealed class StillLoop : ILoop, IWorker
{
    private readonly Queue<Action> _posted = new();

    public event Action? TurnEnding;

    public long Now => 0;

    public long WallClock => 1_800_000_000_000;

    public TimeProvider Time { get; } = new StillTime();

    public void Post(Action work) => _posted.Enqueue(work);

    public void Run(Action work) => work();

    public void Turn()
    {
        while (_posted.TryDequeue(out Action? work)) work();
        TurnEnding?.Invoke();
    }

    private sealed class StillTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StillTimer();
    }

    private sealed class StillTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
