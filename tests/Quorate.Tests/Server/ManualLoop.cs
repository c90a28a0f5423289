using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Server;

/// <summary>A loop that turns when the test says so.</summary>
internal sealed class ManualLoop : ILoop
{
    private readonly Queue<Action> _posted = new();

    public event Action TurnEnding = () => { };

    public long Now => 0;

    public long WallClock => 1_000_000;

    public TimeProvider Time => TimeProvider.System;

    public int Posts { get; private set; }

    public void Post(Action work)
    {
        lock (_posted)
        {
            _posted.Enqueue(work);
            Posts++;
        }
    }

    public void Turn()
    {
        Action[] works;
        lock (_posted)
        {
            works = [.. _posted];
            _posted.Clear();
        }

        foreach (Action work in works) work();
        TurnEnding();
    }
}
