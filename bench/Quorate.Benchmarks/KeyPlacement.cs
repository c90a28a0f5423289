using BenchmarkDotNet.Attributes;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Benchmarks;

/// <summary>From a key to its slot, its partition and the nodes that hold it, in a cluster of five.</summary>
public class KeyPlacement
{
    private const int Count = 1024;
    private const int N = 3;
    private readonly Keys _keys = Keys.Shuffled(Count);
    private readonly Topology _topology = new(1, [.. Enumerable.Range(1, 5).Select(i => new Member(new NodeId((ulong)i), $"n{i}", "", 1, new Endpoints("", "", "", "")))]);

    [Benchmark(OperationsPerInvoke = Count)]
    public int HomeReplicas()
    {
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            foreach (ushort member in _topology.PreferenceListOf(Partition.Of(_keys[i])).HomeReplicas(N)) sum += member;
        }

        return sum;
    }
}
