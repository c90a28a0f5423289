using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>The thread beside a simulated loop: its work happens at a later virtual moment, in order, and not at all if the node died before.</summary>
public sealed class SimWorker(SimLoop loop, SimDisk disk, Scheduler scheduler, Random random) : IWorker
{
    private long _busyUntil;

    /// <summary>How long a piece of work takes, in microseconds.</summary>
    public (int Least, int Most) Duration { get; set; } = (100, 2_000);

    public void Run(Action work)
    {
        _busyUntil = Math.Max(_busyUntil, scheduler.Now) + random.Next(Duration.Least, Duration.Most) + disk.Slowness;
        scheduler.After(_busyUntil - scheduler.Now, () =>
        {
            if (!loop.IsDead) work();
        });
    }
}
