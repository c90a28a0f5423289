namespace Quorate.Resp.Sessions;

/// <summary>
/// The keys of a connection's running commands. Commands of a pipeline run at the same time, and quorums may end them in
/// any order; what a client may count on is that a command sees the ones before it on the same key. So a write waits for
/// what runs on its key, a read for writes. A hash table with linear probing, because it is asked for every command.
/// </summary>
internal sealed class PendingKeys
{
    private const int UsualSize = 64;

    private Place[] _places = new Place[UsualSize];
    private int _used;

    public bool IsEmpty => _used == 0;

    public bool Conflicts(ulong hash, KeyAccess access)
    {
        ref Place place = ref _places[Find(hash)];
        return place.Writers > 0 || (access == KeyAccess.Write && place.Readers > 0);
    }

    public void Add(ulong hash, KeyAccess access)
    {
        if (_used * 2 >= _places.Length) Resize(_places.Length * 2);
        ref Place place = ref _places[Find(hash)];
        if (place.IsFree) _used++;
        place.Hash = hash;
        if (access == KeyAccess.Write) place.Writers++;
        else place.Readers++;
    }

    public void Remove(ulong hash, KeyAccess access)
    {
        int index = Find(hash);
        ref Place place = ref _places[index];
        if ((access == KeyAccess.Write ? place.Writers : place.Readers) == 0)
            throw new InvalidOperationException("A key was let go that no command holds.");

        if (access == KeyAccess.Write) place.Writers--;
        else place.Readers--;
        if (!place.IsFree) return;
        _used--;
        CloseGap(index);
        if (_used == 0 && _places.Length > UsualSize * 16) _places = new Place[UsualSize];
    }

    /// <summary>Where the hash is, or the free place where it would go.</summary>
    private int Find(ulong hash)
    {
        int mask = _places.Length - 1;
        int index = (int)hash & mask;
        while (!_places[index].IsFree && _places[index].Hash != hash) index = (index + 1) & mask;
        return index;
    }

    /// <summary>Moves up those that probed past the place that became free (Knuth, volume 3, 6.4, algorithm R).</summary>
    private void CloseGap(int gap)
    {
        int mask = _places.Length - 1;
        for (int next = (gap + 1) & mask; !_places[next].IsFree; next = (next + 1) & mask)
        {
            int home = (int)_places[next].Hash & mask;
            if (((next - home) & mask) < ((next - gap) & mask)) continue;
            _places[gap] = _places[next];
            gap = next;
        }

        _places[gap] = default;
    }

    private void Resize(int size)
    {
        Place[] old = _places;
        _places = new Place[size];
        foreach (Place place in old)
        {
            if (!place.IsFree) _places[Find(place.Hash)] = place;
        }
    }

    private struct Place
    {
        public ulong Hash;
        public int Readers;
        public int Writers;

        public readonly bool IsFree => (Readers | Writers) == 0;
    }
}
