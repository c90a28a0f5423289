namespace Quorate.Cli.Bench;

/// <summary>Somebody with requests of their own in flight: a connection of Redis' protocol, or a caller of the .NET client. Loop-side.</summary>
internal interface IBenchClient
{
    void Start(Phase phase);

    /// <summary>False where no more can be in flight, nobody is connected, or nothing is to be asked for.</summary>
    bool TrySend(long now);

    /// <summary>Ends what has been waiting for longer than <paramref name="patience"/>.</summary>
    void GiveUp(long now, TimeSpan patience);
}
