using Quorate.Core.Messages;

namespace Quorate.Coordinator.Requests;

/// <summary>A request in flight: its place in the table, and when it is due.</summary>
public abstract class RequestSlot : TimerWheel.Hook
{
    /// <summary>Of the largest kind.</summary>
    private const int LinesOfRequest = 5;

    /// <summary>Its place in the table.</summary>
    public uint Slot { get; internal set; }

    /// <summary>Which use of that place this is, in the bits of <see cref="OperationId.RoundMask"/>.</summary>
    public uint Round { get; internal set; }

    /// <summary>Fetches its lines. Static, because a call on a request looks whether there is one.</summary>
    internal static void Fetch(RequestSlot request) => CacheLines.FetchObject(request, LinesOfRequest);

    /// <summary>Fetches what it consists of besides itself: to be called once its own lines are there.</summary>
    internal virtual void FetchParts()
    {
    }

    internal bool HasPlace { get; set; }

    internal bool IsInFlight { get; set; }
}

/// <summary>
/// The requests in flight by slot. Bounded: a full table is `Overloaded`. Whoever ends keeps its place for its next use, as long as
/// it waits in a pool: so a request that begins touches only itself.
/// </summary>
/// <typeparam name="TRequest">What is in flight.</typeparam>
/// <param name="capacity">At most so many are admitted.</param>
public sealed class RequestTable<TRequest>(int capacity)
    where TRequest : RequestSlot
{
    private readonly List<TRequest?> _places = [];
    private readonly Stack<(uint Slot, uint Round)> _vacated = new();

    private readonly Expected[] _expected = new Expected[IForesight.Window];
    private int _expectedCount;

    /// <summary>Requests in flight.</summary>
    public int Count { get; private set; }

    /// <summary>Whether new ones are to be refused. What an admitted request needs besides is still added.</summary>
    public bool IsFull => Count >= capacity;

    /// <summary>A request begins, at its place.</summary>
    /// <exception cref="InvalidOperationException">It has not ended: a fault of the caller.</exception>
    public void Add(TRequest request)
    {
        if (request.IsInFlight) throw new InvalidOperationException("A request began twice.");
        if (!request.HasPlace) GivePlace(request);
        request.IsInFlight = true;
        Count++;
        Renumber(request);
    }

    /// <summary>Answers to what it asked so far find nobody from here on.</summary>
    public void Renumber(TRequest request) => request.Round = (request.Round + 1) & OperationId.RoundMask;

    /// <summary>It ended. Late answers to it find nobody, because the next use of the place is another round.</summary>
    /// <exception cref="InvalidOperationException">It is not in flight: a fault of the caller.</exception>
    public void Remove(TRequest request)
    {
        if (!request.IsInFlight) throw new InvalidOperationException("A request left its place twice.");
        request.IsInFlight = false;
        Count--;
    }

    /// <summary>One that ended is not used again: another one gets its place.</summary>
    public void Vacate(TRequest request)
    {
        _places[(int)request.Slot] = null;
        _vacated.Push((request.Slot, request.Round));
        request.HasPlace = false;
    }

    /// <summary>Whose question that was; null where it has ended or asked anew since.</summary>
    public TRequest? Find(OperationId operation)
    {
        TRequest? request = At(operation.Slot);
        return request is { IsInFlight: true } && request.Round == operation.Round ? request : null;
    }

    /// <summary>An answer to it comes soon: then <see cref="Find"/> need not wait for it.</summary>
    public void Expect(OperationId operation)
    {
        if (_expectedCount == _expected.Length || At(operation.Slot) is not { } request) return;
        _expected[_expectedCount++] = new Expected(request);
        RequestSlot.Fetch(request);
    }

    /// <summary>No more for now. Each is fetched before the first is looked into, so that the waits overlap.</summary>
    public void FetchExpected()
    {
        foreach (Expected expected in _expected.AsSpan(0, _expectedCount)) expected.Request.FetchParts();
        _expectedCount = 0;
    }

    /// <summary>Calls every request in flight; they may end, and others begin, while it runs.</summary>
    public void ForEach(Action<TRequest> action)
    {
        for (int slot = 0; slot < _places.Count; slot++)
        {
            if (_places[slot] is { IsInFlight: true } request) action(request);
        }
    }

    private TRequest? At(uint slot) => slot < (uint)_places.Count ? _places[(int)slot] : null;

    private void GivePlace(TRequest request)
    {
        request.HasPlace = true;
        if (_vacated.TryPop(out (uint Slot, uint Round) vacated))
        {
            (request.Slot, request.Round) = vacated;
            _places[(int)vacated.Slot] = request;
            return;
        }

        (request.Slot, request.Round) = ((uint)_places.Count, 0);
        _places.Add(request);
    }

    // An array of classes would ask what is put into it for its type, and so wait for it.
    private readonly record struct Expected(TRequest Request);
}
