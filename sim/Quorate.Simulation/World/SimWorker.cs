using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>The thread beside a simulated loop: its work happens at a later virtual moment, in order, and not at all if the node died before.</summary>
public sealed class SimWorker : IWorker
{
    /// <summary>
    /// Microseconds that a piece of work takes on a quick disk; one in eight takes twice as long, one of eight of those four
    /// times, and so on: so that what is begun later may well be done before.
    /// </summary>
    private const int Least = 100, Most = 2_000, Longest = 200_000;

    private readonly SimLoop _loop;
    private readonly SimDisk _disk;
    private readonly Scheduler _scheduler;
    private readonly Random _random;
    private readonly SimContext _context;
    private long _busyUntil;

    public SimWorker(SimLoop loop, SimDisk disk, Scheduler scheduler, Random random)
    {
        (_loop, _disk, _scheduler, _random) = (loop, disk, scheduler, random);
        _context = new SimContext($"{loop.Host}'s worker", Run);
    }

    public void Run(Action work)
    {
        if (_scheduler.Guard.IsForeign(_loop.Host, "IWorker.Run")) return;
        _busyUntil = Math.Max(_busyUntil, _scheduler.Now) + NextDuration() + _disk.Slowness;
        _scheduler.After(_busyUntil - _scheduler.Now, () =>
        {
            if (!_loop.IsDead) _context.Run(work);
        });
    }

    private int NextDuration()
    {
        int duration = _random.Next(Least, Most) + _disk.Latency;
        while (2 * duration <= Longest && _random.Next(8) == 0) duration *= 2;
        return duration;
    }
}
