namespace Quorate.Core.Messages;

/// <summary>Which topologies a request was made under. Both are the same until topology changes exist.</summary>
/// <param name="Read">The epoch whose home replicas serve reads.</param>
/// <param name="Newest">The newest epoch the sender has adopted.</param>
public readonly record struct Epochs(uint Read, uint Newest)
{
    /// <summary>Both the same.</summary>
    public static Epochs Of(uint epoch) => new(epoch, epoch);
}
