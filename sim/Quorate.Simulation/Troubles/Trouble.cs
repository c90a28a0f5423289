namespace Quorate.Simulation.Troubles;

/// <summary>Something that has gone wrong since it was made, until it is ended.</summary>
/// <param name="what">In words.</param>
public abstract class Trouble(string what)
{
    public string What => what;

    /// <summary>What it took from a log is there again. Of one that lost data that is the node's own work, and comes later than its end.</summary>
    public virtual bool IsMended => true;

    public abstract void End();
}
