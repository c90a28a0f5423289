using BenchmarkDotNet.Attributes;
using Quorate.Node.Storage;

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
        _store = Stores.Open(Durability, _loop);
        for (int i = 0; i < SetsBefore; i += Batch) Turn(i % Count);
    }

    [Benchmark(OperationsPerInvoke = Sets)]
    public void Set()
    {
        for (int i = 0; i < Sets; i += Batch) Turn(i % Count);
    }

    private void Turn(int first)
    {
        for (int i = 0; i < Batch; i++) _store.Put(_keys[first + i], ++_writes);
        _loop.Turn();
    }
}
