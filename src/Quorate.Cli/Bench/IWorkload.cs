namespace Quorate.Cli.Bench;

/// <summary>What the clients are to ask for, one request after another.</summary>
internal interface IWorkload
{
    /// <summary>All is done.</summary>
    bool IsDone { get; }

    /// <summary>An open loop's; null where requests follow answers.</summary>
    Pace? Pace { get; }

    /// <param name="now">In ticks of the clock.</param>
    /// <param name="due">From when its latency counts.</param>
    /// <returns>False where there is nothing to ask for now.</returns>
    bool TryNext(long now, out bool isPut, out int key, out long due);

    void Ended(int key, bool succeeded);

    /// <summary>How far it has come, for a person who waits; empty where there is no end to come to.</summary>
    string Progress { get; }
}
