using BenchmarkDotNet.Attributes;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Benchmarks;

/// <summary>
/// A SET joined into the store and appended to the log, 16 a turn, on a disk that takes no time. Few keys, so that the difference
/// between the two durabilities is what our side of the log costs.
/// </summary>
public class LogAppend
{
    private const int Count = 4096;
    private const int Batch = 16;

    private const int Sets = 100_000;

    /// <summary>
    /// More than the 42,000 changes that a hash tree keeps for a while: from then on nothing grows. With the others 26 MiB, which
    /// one segment has room for, so nothing is compacted.
    /// </summary>
    private const int SetsBefore = 65_536;
    private readonly Keys _keys = Keys.Shuffled(Count);
    private StillLoop _loop = null!;
    private LogStore _store = null!;
    private ulong _writes;

    [Params(Durability.Memory, Durability.Periodic)]
    public Durability Durability { get; set; }

    [IterationSetup]
    public void Open()
    {
        _loop = new StillLoop();
        var trees = new HashTrees(new KeyspaceTable([]), [0], () => _loop.Now);
        _store = LogStore.Open(
            new StoreOptions(1, Durability), trees, Horizons.None, new NullDisk(), _loop, _loop, _loop, problem => throw new InvalidOperationException(problem));
        for (int i = 0; i < SetsBefore; i += Batch) Turn(i % Count);
    }

    [Benchmark(OperationsPerInvoke = Sets)]
    public void Set()
    {
        for (int i = 0; i < Sets; i += Batch) Turn(i % Count);
    }

    private void Turn(int first)
    {
        for (int i = 0; i < Batch; i++)
        {
            ReadOnlySpan<byte> key = _keys[first + i];
            JoinResult joined = _store.Join(0, Partition.Of(key), key, new Entry(Registers.Head(++_writes), Registers.Value));
            if (joined.Verdict != Verdict.Stored) throw new InvalidOperationException($"{joined.Verdict}");
        }

        _loop.Turn();
    }
}
