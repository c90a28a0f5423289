namespace Quorate.Coordinator.Environment;

/// <summary>
/// The one thread that a node's data path runs on: sockets in a process, virtual time in the simulator. Work runs in turns;
/// what a turn wrote to connections leaves at its end, after <see cref="TurnEnding"/>. It installs a SynchronizationContext,
/// so that awaits of background work resume on it.
/// </summary>
public interface ILoop
{
    /// <summary>Monotonic ms, read once a turn: for deadlines.</summary>
    long Now { get; }

    /// <summary>Unix ms, read once a turn: for versions and expiry. May jump.</summary>
    long WallClock { get; }

    /// <summary>The same clocks at full resolution; its timers fire on the loop.</summary>
    TimeProvider Time { get; }

    /// <summary>Runs at the end of a turn, before anything is sent: where the log is written.</summary>
    event Action TurnEnding;

    /// <summary>Runs <paramref name="work"/> in a later turn. The one member that any thread may call.</summary>
    void Post(Action work);
}

/// <summary>A thread beside the loop for work that blocks: fsync, compaction. Runs one piece at a time, in order.</summary>
public interface IWorker
{
    /// <summary>
    /// Runs it there, after what was given before. It posts to the loop what it has to say. Any thread may call this.
    /// </summary>
    void Run(Action work);
}
