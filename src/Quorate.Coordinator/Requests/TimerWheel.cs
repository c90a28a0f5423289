using Quorate.Coordinator.Environment;

namespace Quorate.Coordinator.Requests;

/// <summary>
/// Deadlines of requests in flight (Varghese and Lauck 1987, scheme 6): hanging one up and taking it down is O(1) and
/// allocates nothing, which matters because nearly every deadline is taken down again before it is due.
/// </summary>
public sealed class TimerWheel
{
    private const int TickMilliseconds = 2;
    private const int Spokes = 1024;

    private readonly Hook[] _spokes = [.. Enumerable.Range(0, Spokes).Select(_ => new Hook())];
    private readonly Hook _due = new();
    private readonly ILoop _loop;
    private readonly ITimer _timer;
    private long _turnedTo;
    private int _hanging;
    private bool _armed;

    /// <summary>A wheel that stands still until something hangs on it.</summary>
    /// <param name="loop">Turns it, every 2 ms while something hangs on it.</param>
    public TimerWheel(ILoop loop)
    {
        _loop = loop;
        _timer = loop.Time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has a hook's <see cref="Hook.OnDue"/> called at a time, instead of the one it hung for before.</summary>
    /// <param name="hook">Hanging or not.</param>
    /// <param name="due">On <see cref="ILoop.Now"/>; earlier than now is the next tick.</param>
    public void Hang(Hook hook, long due)
    {
        if (_hanging == 0) _turnedTo = _loop.Now / TickMilliseconds;
        hook.Unlink(ref _hanging);
        hook.Due = Math.Max(due, (_turnedTo + 1) * TickMilliseconds);
        hook.LinkBefore(SpokeOf(hook.Due), ref _hanging);
        Arm();
    }

    /// <summary>It is not called any more; also where it hangs no longer.</summary>
    public void TakeDown(Hook hook) => hook.Unlink(ref _hanging);

    private Hook SpokeOf(long due) => _spokes[(due + TickMilliseconds - 1) / TickMilliseconds % Spokes];

    private void Arm()
    {
        if (_armed) return;
        _armed = true;
        _timer.Change(TimeSpan.FromMilliseconds(TickMilliseconds), Timeout.InfiniteTimeSpan);
    }

    private void Turn()
    {
        _armed = false;
        long now = _loop.Now / TickMilliseconds;
        long from = Math.Max(_turnedTo + 1, now - Spokes + 1);
        for (long tick = from; tick <= now; tick++) CollectDue(_spokes[tick % Spokes]);
        _turnedTo = Math.Max(_turnedTo, now);

        if (_hanging > 0) Arm();

        // A request that ends may end others: each is unlinked before it runs, so the list stays sound. Armed before, so that
        // one that throws does not hold up the rest.
        while (_due.Following != _due)
        {
            Hook hook = _due.Following;
            hook.Unlink(ref _hanging);
            hook.OnDue();
        }
    }

    private void CollectDue(Hook spoke)
    {
        for (Hook hook = spoke.Following; hook != spoke;)
        {
            Hook following = hook.Following;
            if (hook.Due <= _loop.Now)
            {
                hook.Unlink(ref _hanging);
                hook.LinkBefore(_due, ref _hanging);
            }

            hook = following;
        }
    }

    /// <summary>Something with a deadline; a bare one is the head of a list.</summary>
    public class Hook
    {
        private Hook _previous;

        /// <summary>One that does not hang.</summary>
        public Hook() => Following = _previous = this;

        internal Hook Following { get; private set; }

        /// <summary>On <see cref="ILoop.Now"/>, in ms; set by <see cref="Hang"/>.</summary>
        public long Due { get; set; }

        /// <summary>The time has come: it was taken down just before.</summary>
        public virtual void OnDue()
        {
        }

        internal void LinkBefore(Hook head, ref int count)
        {
            _previous = head._previous;
            Following = head;
            _previous.Following = this;
            head._previous = this;
            count++;
        }

        internal void Unlink(ref int count)
        {
            if (Following == this) return;
            _previous.Following = Following;
            Following._previous = _previous;
            Following = _previous = this;
            count--;
        }
    }
}
