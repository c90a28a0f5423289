namespace Quorate.Simulation.World;

/// <summary>Says whose code is running, and brings the awaits of background work back to it.</summary>
/// <param name="name">For people.</param>
/// <param name="post">Runs something there later.</param>
public sealed class SimContext(string name, Action<Action> post) : SynchronizationContext
{
    public string Name => name;

    /// <summary>Runs work as that of this context.</summary>
    public void Run(Action work)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => post(() => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("Nobody may wait for the loop: post to it.");

    public override SynchronizationContext CreateCopy() => this;
}
