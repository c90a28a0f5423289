using Quorate.Coordinator.Environment;
using Quorate.Core.Placement;
using Quorate.Node.Storage.Indexing;

namespace Quorate.Node.Storage.Clearing;

/// <summary>
/// Lets go of the entries that a clear left dead: the first slice at once, then one a turn, so that the loop never stalls.
/// Until it has come by, who looks an entry up compares its version with the clear's.
/// </summary>
/// <param name="bury">Told of each entry's place in the log and its bytes there.</param>
/// <param name="ended">Nothing dead is left.</param>
internal sealed class Sweep(EntryIndex index, ClearTable clears, ILoop loop, Action<long, int> bury, Action ended)
{
    /// <summary>A ms or so. A slice ends with a table, which is one of 1024 a keyspace.</summary>
    private const int SliceSlots = 16_384;
    private readonly Queue<ushort> _waiting = new();
    private int _partition;
    private bool _isStopped;

    public bool IsUnderWay => _waiting.Count > 0;

    /// <summary>A keyspace's clear has moved.</summary>
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
            looks -= index.Sweep(keyspace, _partition, clears[keyspace].Version, bury);
            if (++_partition < Partition.Count) continue;
            _partition = 0;
            _waiting.Dequeue();
        }

        if (IsUnderWay) loop.Post(RunSlice);
        else ended();
    }
}
