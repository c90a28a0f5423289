using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Storage;

namespace Quorate.Node.Handoff;

/// <summary>The hints that this node keeps, two boxes a home replica: what counted towards W is never dropped, the rest is bounded.</summary>
internal sealed class HintStore(HintLimits limits)
{
    /// <summary>By the id that a home replica is placed by: what is kept for a node goes to who replaces it.</summary>
    private readonly Dictionary<NodeId, Boxes> _byPlace = [];
    private readonly Dictionary<NodeId, Boxes> _byHome = [];

    public long Count => _byPlace.Values.Sum(boxes => boxes.Counted.Count + boxes.Uncounted.Count);

    /// <summary>Of keys and payloads.</summary>
    public long Bytes => _byPlace.Values.Sum(boxes => boxes.Counted.Bytes + boxes.Uncounted.Bytes);

    /// <summary>Uncounted ones that found no room, or grew too old.</summary>
    public long Dropped { get; private set; }

    /// <summary>Names of the keyspaces in which hints for these nodes are kept, two a node.</summary>
    public static IEnumerable<string> KeyspacesFor(IEnumerable<Member> homes) =>
        homes.SelectMany(home => new[] { $"#hints {home.PlacedAs} counted", $"#hints {home.PlacedAs} uncounted" });

    /// <summary>There are these other members now: counts what an earlier start has left for those not known yet, by the place each holds.</summary>
    /// <param name="store">Where the boxes are.</param>
    /// <param name="homes">All members but this node.</param>
    /// <param name="numbers">Of <see cref="KeyspacesFor"/>, in its order.</param>
    public void Adopt(LogStore store, IReadOnlyList<Member> homes, ushort[] numbers)
    {
        _byHome.Clear();
        for (int i = 0; i < homes.Count; i++)
        {
            if (_byPlace.TryGetValue(homes[i].PlacedAs, out Boxes boxes))
            {
                _byHome.Add(homes[i].Id, boxes);
                continue;
            }

            boxes = new Boxes(new HintBox(store, numbers[2 * i]), new HintBox(store, numbers[2 * i + 1]));
            boxes.Counted.Recover();
            boxes.Uncounted.Recover();
            store.Lost += boxes.Counted.OnLost;
            store.Lost += boxes.Uncounted.OnLost;
            _byPlace.Add(homes[i].PlacedAs, boxes);
            _byHome.Add(homes[i].Id, boxes);
        }
    }

    public Boxes For(NodeId home) => _byHome[home];

    /// <summary>Keeps an entry for a home replica.</summary>
    /// <param name="hint">For whom, and whether it counted towards W: then neither bytes nor age limit it.</param>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="partition">0 to 1,023; the key's.</param>
    /// <param name="key">The entry's own, without a hint's prefix.</param>
    /// <param name="entry">Joined to what is kept of that key for the same home replica.</param>
    /// <returns>What the box says; <see cref="Verdict.Overloaded"/> where an uncounted one finds no room.</returns>
    public JoinResult Keep(HintFor hint, ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        Boxes boxes = _byHome[hint.Home];
        if (hint.IsCounted) return boxes.Counted.Keep(keyspace, partition, key, entry);

        bool hasRoom = _byPlace.Values.Sum(other => other.Uncounted.Bytes) + key.Length + entry.Payload.Length <= limits.Bytes;
        JoinResult kept = hasRoom ? boxes.Uncounted.Keep(keyspace, partition, key, entry) : JoinResult.Refused(Verdict.Overloaded);
        if (kept.Verdict is not (Verdict.Stored or Verdict.Superseded)) Dropped++;
        return kept;
    }

    /// <summary>The greatest that is kept of a key for any home replica; false where nothing is.</summary>
    public bool TryGet(ushort keyspace, int partition, ReadOnlySpan<byte> key, out HeldEntry held)
    {
        held = default;
        bool isFound = false;
        foreach (Boxes boxes in _byPlace.Values)
        {
            isFound |= IsGreatest(boxes.Counted, keyspace, partition, key, isFound, ref held);
            isFound |= IsGreatest(boxes.Uncounted, keyspace, partition, key, isFound, ref held);
        }

        return isFound;
    }

    /// <summary>How far back hints are kept: the least place of one against a horizon; the last of all where there is none.</summary>
    /// <param name="looks">After so many the loop goes on with other work.</param>
    public async Task<HybridTimestamp> OldestAsync(int looks)
    {
        HybridTimestamp oldest = HybridTimestamp.Last;
        foreach (HintBox box in _byHome.Values.SelectMany(boxes => new[] { boxes.Counted, boxes.Uncounted }).Where(box => box.Count > 0).ToArray())
        {
            ScanPoint at = ScanPoint.Start;
            int left = looks;
            do
            {
                foreach (ScannedKey hint in box.Scan(ref at))
                {
                    if (Horizon.PlaceOf(hint.Head) < oldest) oldest = Horizon.PlaceOf(hint.Head);
                    left--;
                }

                if (--left > 0) continue;
                left = looks;
                await Task.Yield();
            }
            while (at != ScanPoint.Start);
        }

        return oldest;
    }

    /// <summary>Drops an uncounted hint that is older than what is worth handing over.</summary>
    public bool DropIfTooOld(HintBox uncounted, in ScannedKey hint, long nowUnixMs)
    {
        if (nowUnixMs - hint.Head.Version.Timestamp.Milliseconds <= limits.AgeMilliseconds) return false;
        if (!uncounted.TryGet(hint.Key, out HeldEntry held) || !uncounted.Forget(hint.Key, held.Digest)) return false;
        Dropped++;
        return true;
    }

    private static bool IsGreatest(HintBox box, ushort keyspace, int partition, ReadOnlySpan<byte> key, bool hasOne, ref HeldEntry greatest)
    {
        if (box.Count == 0 || !box.TryGet(keyspace, partition, key, out HeldEntry found)) return false;
        if (hasOne && greatest.Digest > found.Digest) return false;
        greatest = found;
        return true;
    }

    internal readonly record struct Boxes(HintBox Counted, HintBox Uncounted);
}
