namespace Quorate.Simulation.Troubles;

/// <summary>Something that has gone wrong since it was made, until it is ended.</summary>
/// <param name="what">In words.</param>
public abstract class Trouble(string what)
{
    public string What => what;

    public abstract void End();
}
