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
    /// <summary>No more than a table has, and it may begin anywhere.</summary>
    private const int LinesOfTable = 2;

    /// <summary>Head, key and a short payload.</summary>
    private const int LinesOfBlock = 3;

    private readonly (KeyTable Table, uint Hash)[] _expected = new (KeyTable Table, uint Hash)[IForesight.Window];
    private int _count;

    /// <summary>A look-up that comes soon: its table is fetched.</summary>
    public void Expect(KeyTable table, uint hash)
    {
        if (_count == IForesight.Window) return;
        _expected[_count++] = (table, hash);
        CacheLines.FetchObject(table, LinesOfTable);
    }

    /// <summary>No more for now: the slots are fetched, and then what they name.</summary>
    public void Fetch()
    {
        ReadOnlySpan<(KeyTable Table, uint Hash)> expected = _expected.AsSpan(0, _count);
        foreach ((KeyTable table, uint hash) in expected) CacheLines.Fetch(in table.HomeOf(hash));
        foreach ((KeyTable table, uint hash) in expected)
        {
            uint handle = table.GuessHandle(hash);
            if (handle == 0) continue;
            Span<byte> block = arena[handle];
            for (int line = 0; line < LinesOfBlock && line * CacheLines.Bytes < block.Length; line++) CacheLines.Fetch(in block[line * CacheLines.Bytes]);
        }

        _count = 0;
    }
}
