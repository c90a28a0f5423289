using System.Runtime.CompilerServices;
using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>The loop of one life of one node: each event is a turn. Once it is dead, nothing that was planned on it happens.</summary>
public sealed class SimLoop : ILoop
{
    private readonly Scheduler _scheduler;
    private readonly SimTime _time;
    private readonly Queue<Action> _frozen = new();
    private readonly Queue<Action> _afterTurn = new();
    private readonly SimContext _context;
    private bool _isFrozen;
    private long _now;
    private long _wallClock;

    /// <param name="host">Whose, for people.</param>
    /// <param name="clock">Its machine's.</param>
    public SimLoop(string host, Scheduler scheduler, SimClock clock)
    {
        Host = host;
        _scheduler = scheduler;
        _time = new SimTime(this, scheduler, clock);
        _context = new SimContext(host, Post);
        ReadClocks();
    }

    public event Action TurnEnding = () => { };

    /// <summary>Before <see cref="TurnEnding"/>: connections that were opened from here send what the turn wrote.</summary>
    public event Action FlushingOutgoing = () => { };

    /// <summary>After <see cref="TurnEnding"/>: all do.</summary>
    public event Action Flushing = () => { };

    public string Host { get; }

    public bool IsDead { get; private set; }

    public long Now
    {
        get
        {
            CheckTurn();
            return _now;
        }
    }

    public long WallClock
    {
        get
        {
            CheckTurn();
            return _wallClock;
        }
    }

    public TimeProvider Time => _time;

    /// <summary>From another thread it only fails the run: an exception here would end the process with it.</summary>
    public void Post(Action work)
    {
        if (!_scheduler.Guard.IsForeign(Host, "ILoop.Post")) After(1, work);
    }

    /// <summary>Called by what belongs to this loop alone.</summary>
    /// <exception cref="ForeignCallException">Somebody else reached it.</exception>
    public void CheckTurn([CallerMemberName] string call = "") => _scheduler.Guard.Check(_context, call);

    /// <summary>Runs work as a turn of its own, later.</summary>
    public void After(long microseconds, Action work) => _scheduler.After(microseconds, () => Turn(work));

    /// <summary>Runs work as a turn, now: for what comes from outside of the node.</summary>
    public void Turn(Action work)
    {
        if (IsDead) return;
        if (_isFrozen)
        {
            _frozen.Enqueue(work);
            return;
        }

        ReadClocks();
        _context.Run(() =>
        {
            work();
            if (!IsDead) FlushingOutgoing();
            if (!IsDead) TurnEnding();
            if (!IsDead) Flushing();
        });
        while (!IsDead && _afterTurn.TryDequeue(out Action? told)) told();
    }

    /// <summary>Runs once the turn has sent what it had to: what a client is told.</summary>
    public void AfterTurn(Action told) => _afterTurn.Enqueue(told);

    /// <summary>The process stands still: what happens to it meanwhile happens when it thaws.</summary>
    public void Freeze() => _isFrozen = true;

    public void Thaw()
    {
        // At once and in order: bytes that arrived while it stood still come before those that arrive now.
        _isFrozen = false;
        while (_frozen.TryDequeue(out Action? work)) Turn(work);
    }

    public void Kill() => IsDead = true;

    private void ReadClocks()
    {
        _now = _scheduler.Now / 1000;
        _wallClock = _time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    private sealed class SimTime(SimLoop loop, Scheduler scheduler, SimClock clock) : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp()
        {
            loop.CheckTurn();
            return scheduler.Now;
        }

        public override DateTimeOffset GetUtcNow()
        {
            loop.CheckTurn();
            return clock.UtcNow;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new SimTimer(loop, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class SimTimer(SimLoop loop, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            loop.CheckTurn("ITimer.Change");
            int setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime, period, setting);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, TimeSpan period, int setting) => loop.After((long)due.TotalMicroseconds, () =>
        {
            if (setting != _setting) return;
            if (period > TimeSpan.Zero) Arm(period, period, setting);
            callback(state);
        });
    }
}
