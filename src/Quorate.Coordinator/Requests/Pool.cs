namespace Quorate.Coordinator.Requests;

/// <summary>Requests that ended and wait to be used again.</summary>
public sealed class Pool<T>(Func<T> create)
    where T : class
{
    private const int MaxKept = 4_096;
    private readonly Stack<T> _kept = new();

    public T Rent() => _kept.TryPop(out T? kept) ? kept : create();

    public void Return(T item)
    {
        if (_kept.Count < MaxKept) _kept.Push(item);
    }
}
