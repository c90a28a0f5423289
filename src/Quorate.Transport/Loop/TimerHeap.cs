namespace Quorate.Transport.Loop;

/// <summary>Timers by the time they are due: a binary heap in which each knows its place, so that one can be taken out.</summary>
internal sealed class TimerHeap
{
    private readonly List<LoopTimer> _heap = [];
    private long _order;

    /// <summary>When the next timer is due, in the clock's ticks; null where none is set.</summary>
    public long? NextDue => _heap.Count == 0 ? null : _heap[0].Due;

    public long NextOrder() => _order++;

    /// <summary>Fires what is due; a timer set meanwhile fires in a later turn, so that none can keep the turn from ending.</summary>
    public void Fire(long now)
    {
        long setBefore = _order;
        while (_heap.Count > 0 && _heap[0].Due <= now && _heap[0].Order < setBefore) _heap[0].Fire(now);
    }

    public void Add(LoopTimer timer)
    {
        _heap.Add(timer);
        timer.Index = _heap.Count - 1;
        Rise(timer);
    }

    public void Remove(LoopTimer timer)
    {
        if (timer.Index < 0) return;

        int hole = timer.Index;
        LoopTimer last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        timer.Index = -1;
        if (last == timer) return;

        Place(last, hole);
        Rise(last);
        Sink(last);
    }

    private void Rise(LoopTimer timer)
    {
        while (timer.Index > 0)
        {
            LoopTimer parent = _heap[(timer.Index - 1) / 2];
            if (!IsBefore(timer, parent)) return;
            Swap(timer, parent);
        }
    }

    private void Sink(LoopTimer timer)
    {
        while (true)
        {
            int child = timer.Index * 2 + 1;
            if (child >= _heap.Count) return;
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], timer)) return;
            Swap(timer, _heap[child]);
        }
    }

    private void Swap(LoopTimer left, LoopTimer right)
    {
        int index = left.Index;
        Place(left, right.Index);
        Place(right, index);
    }

    private void Place(LoopTimer timer, int index)
    {
        _heap[index] = timer;
        timer.Index = index;
    }

    private static bool IsBefore(LoopTimer left, LoopTimer right) =>
        left.Due != right.Due ? left.Due < right.Due : left.Order < right.Order;
}
