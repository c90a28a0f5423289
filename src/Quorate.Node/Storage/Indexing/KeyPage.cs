using Quorate.Core.Messages;
using Quorate.Core.Placement;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Selects the keys of lowest hash among those of a partition, in one look at each of them: what lies above the page's end
/// so far is passed over, and the end comes down each time the page has doubled.
/// </summary>
internal sealed class KeyPage(ulong from, int limit)
{
    /// <summary>Bytes of keys after which the page ends too, well within a frame.</summary>
    private const int MaxBytes = 512 * 1024;

    private readonly List<(ulong Hash, uint Handle)> _places = [];

    /// <summary>All keys up to this hash are on the page.</summary>
    public ulong Through { get; private set; } = ScanPoint.MaxHash;

    public void Add(ReadOnlySpan<byte> key, uint handle)
    {
        ulong hash = ScanPoint.HashOf(key);
        if (hash < from || hash > Through) return;
        _places.Add((hash, handle));
        if (_places.Count > limit * 2) Cut();
    }

    public ScannedKey[] Read(Arena arena)
    {
        Cut();
        _places.Sort();
        var keys = new List<ScannedKey>(_places.Count);
        int bytes = 0;
        foreach ((ulong hash, uint handle) in _places)
        {
            // Only who makes keys that collide on purpose fills more than a page with one hash, and hides his own keys.
            if (hash > Through || bytes > 2 * MaxBytes) break;
            var block = new Block(arena[handle]);
            bytes += block.Key.Length;
            if (bytes > MaxBytes) Through = hash;
            keys.Add(new ScannedKey(block.Key.ToArray(), block.EntryHead));
        }

        return [.. keys];
    }

    private void Cut()
    {
        if (_places.Count <= limit) return;
        _places.Sort();
        ulong last = _places[limit - 1].Hash;
        int end = limit;
        while (end < _places.Count && _places[end].Hash == last) end++;
        if (end == _places.Count) return;
        _places.RemoveRange(end, _places.Count - end);
        Through = last;
    }
}
