namespace Quorate.Core.Versions;

/// <summary>
/// Mints the versions of one writer id (Kulkarni et al. 2014, figure 5), and never the same one twice.
/// First stamps have an even logical part and restamps an odd one: both sequences rise, so neither can meet the other,
/// also where a restamp had to jump far above a clock that must not follow it.
/// </summary>
/// <param name="writer">The writer id whose versions this clock mints.</param>
/// <param name="savedMark">The high-water mark read from disk, Unix ms; first stamps start at or above it.</param>
/// <param name="driftLimit">How far ahead of the wall clock, in ms, a peer's time is still believed.</param>
public sealed class HybridClock(WriterId writer, long savedMark, long driftLimit = HybridClock.DefaultDriftLimit)
{
    /// <summary>Half a second: far above what NTP leaves, far below what a person would notice in "newest wins".</summary>
    public const long DefaultDriftLimit = 500;

    private ulong _lastStamp = HybridTimestamp.FromMilliseconds(savedMark).Value;
    private ulong _lastRestamp;
    private bool _askedSinceMark;

    /// <summary>The writer id that all versions of this clock carry.</summary>
    public WriterId Writer => writer;

    /// <summary>First stamps stay below this Unix ms, which is known to be on disk, so that a restart never goes back.</summary>
    public long Mark { get; private set; } = savedMark;

    /// <summary>The next first stamp; false while the mark on disk is too low, until <see cref="RaiseMark"/>.</summary>
    /// <param name="wall">The wall clock, Unix ms.</param>
    /// <param name="version">The version, where true; above all first stamps that this clock has given.</param>
    public bool TryStamp(long wall, out Version version)
    {
        _askedSinceMark = true;
        ulong next = Math.Max(HybridTimestamp.FromMilliseconds(wall).Value, (_lastStamp & ~1UL) + 2);
        if (new HybridTimestamp(next).Milliseconds >= Mark)
        {
            version = default;
            return false;
        }

        _lastStamp = next;
        version = new Version(new HybridTimestamp(next), writer);
        return true;
    }

    /// <summary>A version above <paramref name="seen"/>, for a put that lost to it although it began later (law 4).</summary>
    /// <param name="seen">The newest timestamp that a replica answered <c>superseded</c> with.</param>
    /// <param name="wall">The wall clock, Unix ms.</param>
    public Version Restamp(HybridTimestamp seen, long wall)
    {
        ulong floor = Math.Max(Math.Max(seen.Value, _lastRestamp), HybridTimestamp.FromMilliseconds(wall).Value);
        _lastRestamp = (floor + 1) | 1;
        return new Version(new HybridTimestamp(_lastRestamp), writer);
    }

    /// <summary>
    /// Follows a timestamp that was seen, unless it lies beyond the drift limit (a bad clock is not contagious) or the mark:
    /// stamps end there, so that following a peer a little ahead, or a restamp made before the clock jumped back, would leave
    /// this clock with nothing to mint. What is not followed costs a restamp at most.
    /// </summary>
    /// <param name="seen">Of a version that came from elsewhere.</param>
    /// <param name="wall">The wall clock, Unix ms.</param>
    public void Observe(HybridTimestamp seen, long wall)
    {
        bool isBelieved = seen.Milliseconds - wall <= driftLimit && seen.Milliseconds + 1 < Mark;
        if (seen.Value > _lastStamp && isBelieved) _lastStamp = seen.Value;
    }

    /// <summary>
    /// The mark to save now, or null when the present one reaches far enough or nobody asked for a stamp since it was raised
    /// (an idle node does not fsync). The mark stays less than the limit ahead, so that a restart is never refused for it; but
    /// where the wall clock went back by more than that, stamps go on above those that were used, and so does the mark.
    /// </summary>
    /// <param name="wall">The wall clock, Unix ms.</param>
    public long? MarkToSave(long wall)
    {
        long used = new HybridTimestamp(_lastStamp).Milliseconds;
        long from = used - wall > driftLimit ? used : wall;
        long wanted = from + driftLimit * 9 / 10;
        return _askedSinceMark && Mark - from < driftLimit / 2 && wanted > Mark ? wanted : null;
    }

    /// <summary>Told once <paramref name="mark"/> is on disk.</summary>
    /// <param name="mark">Unix ms.</param>
    /// <exception cref="InvalidOperationException">It is below the present mark.</exception>
    public void RaiseMark(long mark)
    {
        if (mark < Mark) throw new InvalidOperationException($"The mark would go back from {Mark} to {mark}.");
        Mark = mark;
        _askedSinceMark = false;
    }
}
