using Quorate.Core.Messages;

namespace Quorate.Coordinator.Requests;

/// <summary>A request in flight: its place in the table, and when it is due.</summary>
public abstract class RequestSlot : TimerWheel.Hook
{
    public uint Slot { get; internal set; }

    public uint Round { get; internal set; }
}

/// <summary>The requests in flight by slot, and the free slots. Bounded: a full table is `Overloaded`.</summary>
public sealed class RequestTable<TRequest>(int capacity)
    where TRequest : RequestSlot
{
    private readonly List<TRequest?> _requests = [];
    private readonly List<uint> _rounds = [];
    private readonly Stack<uint> _free = new();

    public int Count => _requests.Count - _free.Count;

    public bool IsFull => Count >= capacity;

    public void Add(TRequest request)
    {
        if (!_free.TryPop(out uint slot))
        {
            slot = (uint)_requests.Count;
            _requests.Add(null);
            _rounds.Add(0);
        }

        request.Slot = slot;
        _requests[(int)slot] = request;
        Renumber(request);
    }

    /// <summary>Answers to what it asked so far find nobody from here on.</summary>
    public void Renumber(TRequest request)
    {
        int slot = (int)request.Slot;
        request.Round = _rounds[slot] = (_rounds[slot] + 1) & OperationId.RoundMask;
    }

    public void Remove(TRequest request)
    {
        int slot = (int)request.Slot;
        if (_requests[slot] != request) throw new InvalidOperationException("A request left its place twice.");
        _requests[slot] = null;
        _free.Push(request.Slot);
    }

    public TRequest? Find(OperationId operation)
    {
        if (operation.Slot >= (uint)_requests.Count) return null;
        TRequest? request = _requests[(int)operation.Slot];
        return request is not null && request.Round == operation.Round ? request : null;
    }

    /// <summary>Calls every request in flight; they may end, and others begin, while it runs.</summary>
    public void ForEach(Action<TRequest> action)
    {
        for (int slot = 0; slot < _requests.Count; slot++)
        {
            if (_requests[slot] is { } request) action(request);
        }
    }
}
