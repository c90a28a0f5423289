namespace Quorate.Coordinator.Requests;

/// <summary>Requests that ended and wait to be used again.</summary>
/// <typeparam name="T">Of the requests.</typeparam>
/// <param name="create">Makes one where none waits.</param>
public sealed class Pool<T>(Func<T> create)
    where T : class
{
    private const int MaxKept = 4_096;
    private readonly Stack<T> _kept = new();

    /// <summary>One that ended, or a new one.</summary>
    public T Rent() => _kept.TryPop(out T? kept) ? kept : create();

    /// <summary>To be called once, when nobody holds it any more.</summary>
    /// <returns>False where enough wait: it is not used again.</returns>
    public bool Return(T item)
    {
        if (_kept.Count >= MaxKept) return false;
        _kept.Push(item);
        return true;
    }
}
