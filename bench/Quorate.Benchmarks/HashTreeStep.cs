using BenchmarkDotNet.Attributes;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Repair;

namespace Quorate.Benchmarks;

/// <summary>What anti-entropy costs while nothing differs: a step of the hash tree a write, and all roots a comparison.</summary>
public class HashTreeStep
{
    private const int Count = 1_000_000;
    private const int Batch = 16;

    /// <summary>In the two seconds that a comparison leaves out, at a rate below the one that it keeps track of.</summary>
    private const int RecentWrites = 20_000;
    private readonly Keys _keys = Keys.Shuffled(Count);
    private readonly ulong[] _roots = new ulong[Partition.Count];
    private HashTree _tree = null!;
    private TreeSlice _slice = null!;
    private ulong _writes;
    private int _next;

    [GlobalSetup]
    public void Write()
    {
        _tree = new HashTree(() => 0);
        _slice = new TreeSlice(_tree, seed: 3);
        for (int i = 0; i < RecentWrites; i += Batch) Replace();
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Replace()
    {
        for (int i = 0; i < Batch; i++)
        {
            ReadOnlySpan<byte> key = _keys[_next + i];
            ulong write = ++_writes;
            _slice.Replace(Partition.Of(key), key, Registers.Head(write), Registers.Head(write + 1));
        }

        _next = (_next + Batch) % Count;
    }

    [Benchmark]
    public ulong Roots()
    {
        bool isKnown = _tree.TryRootsAt(Registers.Head(0).Version.Timestamp, _roots);
        return isKnown ? _roots[0] : throw new InvalidOperationException("Too much was written to know the roots.");
    }
}
