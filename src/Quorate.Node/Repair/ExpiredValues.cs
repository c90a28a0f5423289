using Quorate.Coordinator.Environment;
using Quorate.Node.Storage;

namespace Quorate.Node.Repair;

/// <summary>
/// Lets go of the values of keys whose time is over. Key, version and expiry stay until the horizon passes them, as a tombstone does.
/// </summary>
/// <param name="store">Finds them, going round and round, and writes a tombstone in their place.</param>
/// <param name="clockAgrees">Whether this node's clock may be trusted.</param>
/// <param name="loop">Ticks every 200 ms; its wall clock says what is over.</param>
internal sealed class ExpiredValues(LogStore store, Func<bool> clockAgrees, ILoop loop)
{
    /// <summary>Ten times what clocks may differ by: no coordinator that may be believed would still show the value.</summary>
    private const long MarginMilliseconds = 5_000;

    /// <summary>At most some ms of each tick; as in Redis, a tick goes on while a quarter of what it looks at has expired.</summary>
    private const int Slices = 8, Looks = 2_048, ManyOf = 4;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private ITimer? _timer;

    public void Start() => _timer = loop.Time.CreateTimer(_ => Tick(), null, Every, Every);

    public void Stop() => _timer?.Dispose();

    private void Tick()
    {
        if (!clockAgrees()) return;
        long over = loop.WallClock - MarginMilliseconds;
        for (int slice = 0; slice < Slices && store.DropExpired(over, Looks) >= Looks / ManyOf; slice++)
        {
        }
    }
}
