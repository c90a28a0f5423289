using Quorate.Core.Versions;

namespace Quorate.Core.Repair;

/// <summary>
/// What has changed in a tree's roots lately, so that it can be undone: bounded. Where it is too much, nothing can be undone for a while, and
/// so nothing is kept either: to keep the newest only was 2 % of a SET (docs/performance.md).
/// </summary>
/// <param name="now">Monotonic ms.</param>
internal sealed class RecentChanges(Func<long> now)
{
    /// <summary>1 MiB: 14,000 writes a second.</summary>
    private const int MaxChanges = 42_000;

    /// <summary>Longer than any cut lies back.</summary>
    private const long KeptMilliseconds = 3_000;

    /// <summary>Until it looks again whether changes have become few enough.</summary>
    private const long DeafMilliseconds = 1_000;

    private readonly Queue<RootChange> _changes = new();
    private long _deafUntil = long.MinValue / 2;

    public void Add(int partition, ulong delta, HybridTimestamp timestamp)
    {
        long at = now();
        if (at < _deafUntil) return;
        if (_changes.Count == MaxChanges) Forget();
        if (_changes.Count < MaxChanges)
        {
            _changes.Enqueue(new RootChange(delta, timestamp, (uint)at, (ushort)partition));
            return;
        }

        _changes.Clear();
        _deafUntil = at + DeafMilliseconds;
    }

    /// <returns>False where there were too many to keep.</returns>
    public bool TryUndo(HybridTimestamp cut, Span<ulong> roots)
    {
        if (now() - _deafUntil < KeptMilliseconds) return false;
        Forget();
        foreach (RootChange change in _changes)
        {
            if (change.Timestamp > cut) roots[change.Partition] ^= change.Delta;
        }

        return true;
    }

    /// <summary>What came long ago is no news, even where its writer's clock is ahead.</summary>
    private void Forget()
    {
        uint at = (uint)now();
        while (_changes.TryPeek(out RootChange oldest) && at - oldest.Arrived > KeptMilliseconds) _changes.Dequeue();
    }

    /// <param name="Delta">What the root changed by.</param>
    /// <param name="Timestamp">Of what is held since.</param>
    /// <param name="Arrived">When, in ms that wrap: a version's time is its writer's word.</param>
    /// <param name="Partition">Whose root.</param>
    private readonly record struct RootChange(ulong Delta, HybridTimestamp Timestamp, uint Arrived, ushort Partition);
}
