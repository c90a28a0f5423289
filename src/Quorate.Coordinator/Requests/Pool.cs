namespace Quorate.Coordinator.Requests;

/// <summary>
/// Requests that ended and wait to be used again: the last to end first, because what it consists of is likely to be near still. Of a few
/// hundred in flight even that is not, so those to come are fetched while one is used (docs/performance.md).
/// </summary>
/// <typeparam name="T">Of the requests.</typeparam>
/// <param name="create">Makes one where none waits.</param>
public sealed class Pool<T>(Func<T> create)
    where T : RequestSlot
{
    private const int MaxKept = 4_096;

    /// <summary>Far enough that memory has answered by then, and the parts later: where they are is known once the request is there.</summary>
    private const int ObjectsAhead = 8, PartsAhead = 4;

    private readonly List<T> _kept = [];

    /// <summary>One that ended, or a new one.</summary>
    public T Rent()
    {
        int last = _kept.Count - 1;
        if (last < 0) return create();

        T kept = _kept[last];
        _kept.RemoveAt(last);
        if (last >= ObjectsAhead) RequestSlot.Fetch(_kept[last - ObjectsAhead]);
        if (last >= PartsAhead) _kept[last - PartsAhead].FetchParts();
        return kept;
    }

    /// <summary>To be called once, when nobody holds it any more.</summary>
    /// <returns>False where enough wait: it is not used again.</returns>
    public bool Return(T item)
    {
        if (_kept.Count >= MaxKept) return false;
        _kept.Add(item);
        return true;
    }
}
