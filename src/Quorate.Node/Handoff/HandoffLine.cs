using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Node.Storage;

namespace Quorate.Node.Handoff;

/// <summary>
/// Hands the hints for one home replica over while it is live: walks both boxes again and again, has as many under way as its
/// window allows, and forgets each one when it was taken.
/// </summary>
/// <param name="member">Index of the home replica in the topology.</param>
/// <param name="store">Says which hints are too old to hand over.</param>
/// <param name="boxes">What is kept for that one.</param>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="coordinator">Delivers a hint as one more put, and hears of the answer.</param>
/// <param name="loop">Hints are aged by its wall clock; answers are timed by it.</param>
internal sealed class HandoffLine(
    int member, HintStore store, HintStore.Boxes boxes, ushort[] numbers, QuorumCoordinator coordinator, ILoop loop)
{
    /// <summary>Enough to fill a fast link with small values.</summary>
    private const int MostUnderWay = 64;

    private readonly YieldingWindow _window = new(MostUnderWay);
    private readonly Queue<ScannedKey> _page = new();
    private HintBox _box = boxes.Counted;
    private ScanPoint _at;
    private int _underWay;
    private long _handedOver;
    private bool _hasFailed;

    public int Member => member;

    public bool IsLive { get; set; }

    public long Count => boxes.Counted.Count + boxes.Uncounted.Count;

    public HintCounts Counts => new(boxes.Counted.Count, boxes.Uncounted.Count, boxes.Counted.Bytes + boxes.Uncounted.Bytes, _handedOver, _underWay);

    /// <summary>Goes on, at each tick of the handoff's clock and after each answer.</summary>
    public void OnTick()
    {
        _hasFailed = false;
        if (IsLive) Pump();
        else DropTheOld();
    }

    private void Pump()
    {
        while (IsLive && !_hasFailed && _underWay < _window.Size && TryNext(out ScannedKey hint))
        {
            if (_box != boxes.Uncounted || !store.DropIfTooOld(_box, hint, loop.WallClock)) HandOver(_box, hint.Key);
        }
    }

    /// <summary>One page a tick, so that what nobody comes back for does not stay for ever.</summary>
    private void DropTheOld()
    {
        if (Count == 0) return;
        while (TryNext(out ScannedKey hint))
        {
            if (_box == boxes.Uncounted) store.DropIfTooOld(_box, hint, loop.WallClock);
            if (_page.Count == 0) return;
        }
    }

    /// <summary>False at the end of a walk, or where nothing is left: the next tick begins anew.</summary>
    private bool TryNext(out ScannedKey hint)
    {
        while (!_page.TryDequeue(out hint))
        {
            if (Count == 0) return false;
            foreach (ScannedKey found in _box.Scan(ref _at)) _page.Enqueue(found);
            if (_page.Count > 0 || _at != ScanPoint.Start) continue;
            _box = _box == boxes.Counted ? boxes.Uncounted : boxes.Counted;
            if (_box == boxes.Counted) return false;
        }

        return true;
    }

    private void HandOver(HintBox box, byte[] hintKey)
    {
        // A keyspace that is not configured any more keeps its hints until it is.
        int keyspace = Array.IndexOf(numbers, HintBox.KeyspaceOf(hintKey));
        if (keyspace < 0 || !box.TryGet(hintKey, out _)) return;

        _underWay++;
        bool isTaken = box.TryRead(hintKey, (Verdict verdict, in Entry entry, long _) =>
        {
            if (verdict != Verdict.Answered) End(verdict);
            else if (entry.IsAbsent) End(Verdict.Superseded); // dropped or handed over meanwhile
            else Deliver(box, (ushort)keyspace, hintKey, entry);
        });
        if (!isTaken) End(Verdict.Overloaded);
    }

    private void Deliver(HintBox box, ushort keyspace, byte[] hintKey, in Entry entry)
    {
        EntryDigest digest = entry.Digest;
        long began = loop.Time.GetTimestamp();
        coordinator.Deliver(member, keyspace, HintBox.KeyOf(hintKey), entry, under: null, verdict =>
        {
            if (verdict is Verdict.Stored or Verdict.Superseded)
            {
                _window.OnAnswer((int)Math.Min(loop.Time.GetElapsedTime(began).TotalMicroseconds, int.MaxValue));
                if (box.Forget(hintKey, digest)) _handedOver++;
            }

            End(verdict);
        });
    }

    private void End(Verdict verdict)
    {
        _underWay--;
        if (verdict is Verdict.Stored or Verdict.Superseded)
        {
            Pump();
            return;
        }

        _window.OnFailure();
        _hasFailed = true;
    }
}
