namespace Quorate.Transport.Loop;

/// <summary>Brings the awaits of background work back to the loop.</summary>
internal sealed class LoopContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!loop.IsCurrent) throw new InvalidOperationException("Nobody may wait for the loop: post to it.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
