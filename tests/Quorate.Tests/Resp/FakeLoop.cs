using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Resp;

internal sealed class FakeLoop : ILoop
{
    private readonly Queue<Action> _posted = new();

    public long Now { get; set; } = 5_000;

    public long WallClock { get; set; } = 1_700_000_000_000;

    public TimeProvider Time => TimeProvider.System;

    public event Action TurnEnding = () => { };

    public void Post(Action work) => _posted.Enqueue(work);

    /// <summary>Runs what was posted, and what that posts.</summary>
    public void RunTurns()
    {
        while (_posted.TryDequeue(out Action? work)) work();
        TurnEnding();
    }
}
