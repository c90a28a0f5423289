using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Quorate.Coordinator;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Has the processor fetch what the next look-ups will touch. A look-up waits three times for memory, for the table, for the slot
/// and for the block behind it, and that was a quarter of a write's CPU and a third of a read's; of a dozen that are known
/// beforehand the waits overlap, as long as nothing is looked into before all of its kind were asked for (docs/performance.md).
/// Changes nothing: keys that never come cost a little time.
/// </summary>
internal sealed class Foresight(Arena arena)
{
    private const int CacheLineBytes = 64;

    /// <summary>Head, key and a short payload.</summary>
    private const int LinesOfBlock = 3;

    private readonly (KeyTable Table, uint Hash)[] _expected = new (KeyTable Table, uint Hash)[IForesight.Window];
    private int _count;

    /// <summary>A look-up that comes soon: its table is fetched.</summary>
    public void Expect(KeyTable table, uint hash)
    {
        if (_count == IForesight.Window) return;
        _expected[_count++] = (table, hash);
        FetchObject(table);
    }

    /// <summary>No more for now: the slots are fetched, and then what they name.</summary>
    public void Fetch()
    {
        ReadOnlySpan<(KeyTable Table, uint Hash)> expected = _expected.AsSpan(0, _count);
        foreach ((KeyTable table, uint hash) in expected) Fetch(in table.HomeOf(hash));
        foreach ((KeyTable table, uint hash) in expected)
        {
            uint handle = table.GuessHandle(hash);
            if (handle == 0) continue;
            Span<byte> block = arena[handle];
            for (int line = 0; line < LinesOfBlock && line * CacheLineBytes < block.Length; line++) Fetch(in block[line * CacheLineBytes]);
        }

        _count = 0;
    }

    // The collector may move what is there meanwhile: then another line is fetched, which does no harm.
    public static unsafe void Fetch<T>(in T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }

    /// <summary>Two lines: no more than a table has, and it may begin anywhere.</summary>
    private static unsafe void FetchObject(object fetched)
    {
        if (!Sse.IsSupported) return;
        byte* start = *(byte**)Unsafe.AsPointer(ref fetched);
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + CacheLineBytes);
    }
}
