using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Benchmarks;

/// <summary>A store whose disk takes no time, and what is written into it.</summary>
internal static class Stores
{
    public static LogStore Open(Durability durability, StillLoop loop)
    {
        var trees = new HashTrees(new KeyspaceTable([]), [0], () => loop.Now);
        return LogStore.Open(
            new StoreOptions(1, durability), trees, Horizons.None, new NullDisk(), loop, loop, loop, problem => throw new InvalidOperationException(problem));
    }

    /// <summary>The value of all the benchmarks, written after all before it.</summary>
    public static void Put(this LogStore store, ReadOnlySpan<byte> key, ulong write)
    {
        JoinResult joined = store.Join(0, Partition.Of(key), key, new Entry(Registers.Head(write), Registers.Value));
        if (joined.Verdict != Verdict.Stored) throw new InvalidOperationException($"{joined.Verdict}");
    }
}
