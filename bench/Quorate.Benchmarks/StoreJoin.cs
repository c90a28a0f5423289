using BenchmarkDotNet.Attributes;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;

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
        var trees = new HashTrees(new KeyspaceTable([]), [0], () => loop.Now);
        _store = LogStore.Open(
            new StoreOptions(1, Durability.Memory), trees, Horizons.None, new NullDisk(), loop, loop, loop, problem => throw new InvalidOperationException(problem));
        Keys inOrder = Keys.InOrder(Count);
        for (int i = 0; i < Count; i++) Join(inOrder[i]);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Put()
    {
        int first = TakeBatch();
        for (int i = 0; i < Batch; i++) Join(_keys[first + i]);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void PutInBatch()
    {
        int first = TakeBatch();
        Expect(first);
        for (int i = 0; i < Batch; i++) Join(_keys[first + i]);
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

    private void Join(ReadOnlySpan<byte> key)
    {
        JoinResult joined = _store.Join(0, Partition.Of(key), key, new Entry(Registers.Head(++_writes), Registers.Value));
        if (joined.Verdict != Verdict.Stored) throw new InvalidOperationException($"{joined.Verdict}");
    }

    private int Read(ReadOnlySpan<byte> key) =>
        _store.TryGet(0, Partition.Of(key), key, out HeldEntry held) ? held.Entry.Payload.Length : throw new InvalidOperationException("A key is not there.");
}
