using Quorate.Core.Messages;

namespace Quorate.Coordinator.Requests;

/// <summary>A request in flight: its place in the table, and when it is due.</summary>
public abstract class RequestSlot : TimerWheel.Hook
{
    /// <summary>Its place in the table.</summary>
    public uint Slot { get; internal set; }

    /// <summary>Which use of that place this is, in the bits of <see cref="OperationId.RoundMask"/>.</summary>
    public uint Round { get; internal set; }
}

/// <summary>The requests in flight by slot, and the free slots. Bounded: a full table is `Overloaded`.</summary>
/// <typeparam name="TRequest">What is in flight.</typeparam>
/// <param name="capacity">At most so many are admitted.</param>
public sealed class RequestTable<TRequest>(int capacity)
    where TRequest : RequestSlot
{
    private readonly List<TRequest?> _requests = [];
    private readonly List<uint> _rounds = [];
    private readonly Stack<uint> _free = new();

    /// <summary>Requests in flight.</summary>
    public int Count => _requests.Count - _free.Count;

    /// <summary>Whether new ones are to be refused. What an admitted request needs besides is still added.</summary>
    public bool IsFull => Count >= capacity;

    /// <summary>Gives a request a place, which it knows from then on.</summary>
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

    /// <summary>Frees its place. Late answers to it find nobody, because the next use of the place is another round.</summary>
    /// <exception cref="InvalidOperationException">It is not there: a fault of the caller.</exception>
    public void Remove(TRequest request)
    {
        int slot = (int)request.Slot;
        if (_requests[slot] != request) throw new InvalidOperationException("A request left its place twice.");
        _requests[slot] = null;
        _free.Push(request.Slot);
    }

    /// <summary>Whose question that was; null where it has ended or asked anew since.</summary>
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
