using System.Runtime.InteropServices;

namespace Quorate.Cli.Bench;

/// <summary>
/// The puts of one key that a read may return, and from when it may no longer. All times are places in one order of events,
/// as the clients saw them: a request truly began after its begin and truly ended before its end, so what follows from this
/// order is certain. Strict quorums with W + R &gt; N promise:
/// <list type="number">
/// <item>A put that began after another was acknowledged wins over it (law 4). So its acknowledgement makes the other one stale.</item>
/// <item>A read returns the newest put acknowledged before it began, or a newer one (law 2), and reads never go back. So what a
/// read returned makes stale what was acknowledged before it began.</item>
/// </list>
/// A put whose outcome is unknown may win at any time; it becomes stale never, and makes nothing stale until it is read.
/// </summary>
internal sealed class KeyHistory
{
    /// <summary>What was there before the run, be it nothing.</summary>
    public const long Before = 0;

    private const long Never = long.MaxValue;

    /// <summary>Acknowledged or in flight, oldest first: few, as all look through them.</summary>
    private readonly List<Put> _puts = [new Put(Before, Acknowledged: 0, Stale: Never)];

    /// <summary>Nothing makes them stale, so they pile up where a hot key is contended for.</summary>
    private HashSet<long>? _unknown;

    /// <summary>What a read may still return.</summary>
    public int Count => _puts.Count + (_unknown?.Count ?? 0);

    public void Begin(long put) => _puts.Add(new Put(put, Never, Never));

    public void Acknowledge(long put, long now)
    {
        int index = IndexOf(put);
        if (index < 0) throw new InvalidOperationException($"Put {put} is acknowledged and was never begun.");
        CollectionsMarshal.AsSpan(_puts)[index].Acknowledged = now;
        MakeStale(put, acknowledgedBefore: put, now);
    }

    /// <summary>It was refused for certain: nobody may ever read it.</summary>
    public void Refuse(long put) => _puts.RemoveAt(IndexOf(put));

    /// <summary>Its outcome will never be known.</summary>
    public void Lose(long put)
    {
        _puts.RemoveAt(IndexOf(put));
        _unknown ??= [];
        _unknown.Add(put);
    }

    /// <summary>A read that began at <paramref name="begun"/> returned a put; false where it must not.</summary>
    public bool TryRead(long put, long begun, long now)
    {
        if (!MayRead(put, begun)) return false;
        MakeStale(put, acknowledgedBefore: begun, now);
        return true;
    }

    /// <summary>Drops what no read may return any more, when all reads in flight began after <paramref name="oldestRead"/>.</summary>
    public void Forget(long oldestRead)
    {
        for (int i = _puts.Count - 1; i >= 0; i--)
        {
            if (_puts[i].Stale < oldestRead) _puts.RemoveAt(i);
        }
    }

    private bool MayRead(long put, long begun)
    {
        int index = IndexOf(put);
        return index >= 0 ? _puts[index].Stale >= begun : _unknown is not null && _unknown.Contains(put);
    }

    private void MakeStale(long except, long acknowledgedBefore, long now)
    {
        foreach (ref Put other in CollectionsMarshal.AsSpan(_puts))
        {
            if (other.Acknowledged < acknowledgedBefore && other.Number != except && other.Stale == Never) other.Stale = now;
        }
    }

    private int IndexOf(long put)
    {
        for (int i = _puts.Count - 1; i >= 0; i--)
        {
            if (_puts[i].Number == put) return i;
        }

        return -1;
    }

    /// <param name="Number">When it began.</param>
    /// <param name="Stale">A read that began later must not return it.</param>
    private record struct Put(long Number, long Acknowledged, long Stale);
}
