namespace Quorate.Cli.Bench;

/// <summary>The measured load: operations and keys drawn for as long as somebody asks.</summary>
/// <param name="pace">Null for a closed loop.</param>
/// <param name="random">Draws operations and keys.</param>
internal sealed class Traffic(BenchOperation operation, Zipf keys, Pace? pace, Random random) : IWorkload
{
    public bool IsDone => false;

    public Pace? Pace => pace;

    public string Progress => "";

    public bool TryNext(long now, out bool isPut, out int key, out long due)
    {
        (isPut, key, due) = (false, 0, now);
        if (pace is not null && !pace.TryTake(now, out due)) return false;

        isPut = operation == BenchOperation.Put || (operation == BenchOperation.Mix && random.Next(2) == 0);
        key = keys.Pick(random.NextDouble());
        return true;
    }

    public void Ended(int key, bool succeeded)
    {
    }
}
