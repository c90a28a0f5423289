using BenchmarkDotNet.Attributes;
using Quorate.Core.Placement;
using Quorate.Node.Storage;

namespace Quorate.Benchmarks;

/// <summary>
/// One of a million keys is overwritten or asked for, without a log. Nearly every one is a miss of the processor's caches; in a
/// batch, as a node takes them from a pipeline or a peer, 16 are waited for at once.
/// </summary>
public class StoreJoin
{
    private const int Count = 1_000_000;
    private const int Batch = 16;
    private readonly Keys _keys = Keys.Shuffled(Count);
    private LogStore _store = null!;
    private ulong _writes;
    private int _next;

    [GlobalSetup]
    public void Load()
    {
        var loop = new StillLoop();
        _store = Stores.Open(Durability.Memory, loop);
        Keys inOrder = Keys.InOrder(Count);
        for (int i = 0; i < Count; i++) _store.Put(inOrder[i], ++_writes);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Put()
    {
        int first = TakeBatch();
        for (int i = 0; i < Batch; i++) _store.Put(_keys[first + i], ++_writes);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void PutInBatch()
    {
        int first = TakeBatch();
        Expect(first);
        for (int i = 0; i < Batch; i++) _store.Put(_keys[first + i], ++_writes);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Get()
    {
        int bytes = 0;
        int first = TakeBatch();
        for (int i = 0; i < Batch; i++) bytes += Read(_keys[first + i]);
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int GetInBatch()
    {
        int bytes = 0;
        int first = TakeBatch();
        Expect(first);
        for (int i = 0; i < Batch; i++) bytes += Read(_keys[first + i]);
        return bytes;
    }

    private int TakeBatch()
    {
        int first = _next;
        _next = (first + Batch) % Count;
        return first;
    }

    private void Expect(int first)
    {
        for (int i = 0; i < Batch; i++) _store.Expect(0, Partition.Of(_keys[first + i]), _keys[first + i]);
        _store.FetchExpected();
    }

    private int Read(ReadOnlySpan<byte> key) =>
        _store.TryGet(0, Partition.Of(key), key, out HeldEntry held) ? held.Entry.Payload.Length : throw new InvalidOperationException("A key is not there.");
}
