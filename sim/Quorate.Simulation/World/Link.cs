namespace Quorate.Simulation.World;

/// <summary>
/// One way from a host to another, as it is for all that is sent on it: whether anything passes, how late it is, and what
/// becomes of a single message. What is wrong with it adds up, and ends one by one.
/// </summary>
public sealed class Link(Random random)
{
    /// <summary>Microseconds; one in four takes twice as long, one of four of those four times as long, and so on: a heavy tail, as networks have.</summary>
    private const int LeastLatency = 100, UsualLatency = 500, LongestLatency = 25_000;

    /// <summary>Microseconds: long enough for many messages to pass, and for a request to be given up meanwhile.</summary>
    private const int LongestDelay = 500_000;

    private readonly List<Impairment> _impairments = [];

    public bool IsCut => _impairments.Exists(impairment => impairment.IsCut);

    /// <summary>Whether messages have to be looked at one by one.</summary>
    public bool IsUnreliable => LostPercent + DoubledPercent + OvertakenPercent > 0;

    private int LostPercent => Worst(impairment => impairment.LostPercent);

    private int DoubledPercent => Worst(impairment => impairment.DoubledPercent);

    private int OvertakenPercent => Worst(impairment => impairment.OvertakenPercent);

    public void Add(Impairment impairment) => _impairments.Add(impairment);

    public void Remove(Impairment impairment) => _impairments.Remove(impairment);

    /// <summary>Ends all cuts; what else is wrong stays.</summary>
    public void Heal() => _impairments.RemoveAll(impairment => impairment.IsCut);

    /// <summary>How many microseconds the next thing that is sent is under way.</summary>
    public long NextLatency()
    {
        int latency = random.Next(LeastLatency, UsualLatency);
        while (2 * latency <= LongestLatency && random.Next(4) == 0) latency *= 2;
        return latency + _impairments.Sum(impairment => impairment.Slowness);
    }

    /// <summary>Whether the next message is lost.</summary>
    public bool Loses() => Draw(LostPercent);

    /// <summary>Whether the next message comes twice.</summary>
    public bool Doubles() => Draw(DoubledPercent);

    /// <summary>How many microseconds the next message falls behind those that are sent after it; mostly 0.</summary>
    public long NextDelay() => Draw(OvertakenPercent) ? random.Next(LongestDelay) : 0;

    private bool Draw(int percent) => percent > 0 && random.Next(100) < percent;

    private int Worst(Func<Impairment, int> percent) => _impairments.Count == 0 ? 0 : _impairments.Max(percent);
}
