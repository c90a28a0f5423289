using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Coordinator.Application;

/// <summary>A loop that runs what is posted at once.</summary>
internal sealed class InlineLoop : ILoop
{
    public event Action TurnEnding
    {
        add { }
        remove { }
    }

    public long Now => 0;

    public long WallClock => 1_000_000;

    public TimeProvider Time => TimeProvider.System;

    public void Post(Action work) => work();
}
