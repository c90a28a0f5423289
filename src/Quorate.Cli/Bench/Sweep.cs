namespace Quorate.Cli.Bench;

/// <summary>Every key once, and again where that failed: how keys are loaded and read back.</summary>
internal sealed class Sweep(string verb, bool isPut, int keys) : IWorkload
{
    private readonly Queue<int> _failed = new();
    private int _next;

    public int Done { get; private set; }

    public bool IsDone => Done == keys;

    public Pace? Pace => null;

    public string Progress => $"{verb} {Done:n0} of {keys:n0} keys  ";

    public bool TryNext(long now, out bool isPutNow, out int key, out long due)
    {
        (isPutNow, due) = (isPut, now);
        if (_next == keys) return _failed.TryDequeue(out key);
        key = _next++;
        return true;
    }

    public void Ended(int key, bool succeeded)
    {
        if (succeeded) Done++;
        else _failed.Enqueue(key);
    }
}
