namespace Quorate.Node.Storage.Segments;

/// <summary>Places of a log where nothing can be read, in order and without overlap, so that one look tells whether a position is in one.</summary>
internal sealed class LostPlaces
{
    private readonly List<(long From, long To)> _places = [];

    /// <param name="places">In any order; the same damage may have been found twice, with another end.</param>
    public LostPlaces(IEnumerable<(long From, long To)> places)
    {
        foreach ((long from, long to) in places.OrderBy(place => place.From))
        {
            if (_places.Count > 0 && from <= _places[^1].To) _places[^1] = (_places[^1].From, Math.Max(to, _places[^1].To));
            else _places.Add((from, to));
        }
    }

    public bool IsEmpty => _places.Count == 0;

    public bool Contains(long position)
    {
        int low = 0;
        int high = _places.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_places[middle].From <= position) low = middle;
            else high = middle;
        }

        return !IsEmpty && _places[low].From <= position && position < _places[low].To;
    }
}
