using Quorate.Coordinator.Environment;
using Quorate.Core.Placement;

namespace Quorate.Node.Storage.Clearing;

/// <summary>
/// Lets go of what is gone in some keyspaces: the first slice at once, then one a turn, so that the loop never stalls. Until it
/// has come by, who looks an entry up must know by itself.
/// </summary>
/// <param name="loop">One slice a turn.</param>
/// <param name="sweep">Does one partition of a keyspace, and says how many slots it looked at.</param>
/// <param name="ended">Nothing that is gone is left.</param>
internal sealed class Sweep(ILoop loop, Func<ushort, int, int> sweep, Action ended)
{
    /// <summary>A ms or so. A slice ends with a table, which is one of 1024 a keyspace.</summary>
    private const int SliceSlots = 16_384;
    private readonly Queue<ushort> _waiting = new();
    private int _partition;
    private bool _isStopped;

    public bool IsUnderWay => _waiting.Count > 0;

    /// <summary>In a keyspace more is gone than was.</summary>
    public void Begin(ushort keyspace)
    {
        bool isFirst = !IsUnderWay;
        if (!_waiting.Contains(keyspace)) _waiting.Enqueue(keyspace);
        if (_waiting.Peek() == keyspace) _partition = 0;
        if (isFirst) RunSlice();
    }

    public void Stop() => _isStopped = true;

    private void RunSlice()
    {
        if (_isStopped) return;
        int looks = SliceSlots;
        while (looks > 0 && _waiting.TryPeek(out ushort keyspace))
        {
            looks -= sweep(keyspace, _partition);
            if (++_partition < Partition.Count) continue;
            _partition = 0;
            _waiting.Dequeue();
        }

        if (IsUnderWay) loop.Post(RunSlice);
        else ended();
    }
}
