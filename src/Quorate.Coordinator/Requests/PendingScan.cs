using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>
/// One call of a scan in flight, a page at a time: R home replicas of a partition say what they hold from a hash on. As far
/// as all of them looked, of each key the greatest head counts, so that a tombstone or a clear at one hides a stale value at another.
/// </summary>
internal sealed class PendingScan(QuorumCoordinator coordinator) : PendingRequest(coordinator)
{
    /// <summary>After this a further replica is asked: a page takes a replica some ms.</summary>
    private const int LateMilliseconds = 30;

    /// <summary>A call looks at no more, so that a scan of few keys takes some calls, not one that is long.</summary>
    private const int MaxPages = 128;

    /// <summary>A page finds its keys by looking at all of a partition, so a few more cost nothing.</summary>
    private const int MinPage = 100;

    private readonly List<Found> _found = [];
    private List<ScannedKey> _keys = [];
    private Verdicts _verdicts;
    private ReplicaSet _unasked;
    private ReplicaSet _asked;
    private ReplicaSet _answered;
    private ScanPoint _at;
    private Version _clear;
    private ulong _through;
    private int _n;
    private int _needed;
    private int _count;
    private int _pages;
    private int _furtherAllowed;
    private bool _overdue;
    private bool _advancing;

    private int Local => Replicas.LocalRank(_at.Partition, _n);

    public void Begin(in RequestSite site, in ScanCommand command, int needed, IDatabaseSink sink, ulong token)
    {
        Enter(site, default, command.Options, sink, token);
        (_n, _needed, _count, _at) = (site.N, needed, command.Count, command.From);
        _keys = [];
        _pages = 0;
        _overdue = false;
        BeginPage();
        Advance();
    }

    public override void OnScan(OperationId operation, in ScanReply reply)
    {
        int rank = operation.Rank;
        if (rank >= _n || !_asked.Contains(rank)) return;
        Record(rank, reply.Verdict);
        if (reply.Verdict == Verdict.Answered)
        {
            _answered = _answered.With(rank);
            _through = Math.Min(_through, Math.Max(reply.Through, _at.Hash));
            if (reply.Clear > _clear) _clear = reply.Clear;
            foreach (ScannedKey key in reply.Keys) _found.Add(new Found(ScanPoint.HashOf(key.Key), key));
        }

        Advance();
    }

    public override void OnLost(int member)
    {
        int rank = Replicas.RankOf(member, _at.Partition, _n);
        if (rank < 0 || !_asked.Contains(rank)) return;
        Record(rank, Verdict.Lost);
        Advance();
    }

    public override void OnDue()
    {
        if (Coordinator.Loop.Now >= Deadline) _overdue = true;
        else _furtherAllowed++;
        HangUp();
        Advance();
    }

    private void Advance()
    {
        // The local replica answers within the call that asks it: the loop below goes on with what it said.
        if (_advancing) return;
        _advancing = true;
        Outcome? ended = null;
        while (ended is null)
        {
            if (_answered.Count >= _needed)
            {
                TakePage();
                if (_keys.Count >= _count || _pages >= MaxPages || _at == ScanPoint.Start) ended = Outcome.Failed(OutcomeKind.Ok);
                else BeginPage();
            }
            else if (_overdue || _answered.Count + _asked.Count + _unasked.Count < _needed)
            {
                ended = Failure();
            }
            else if (_answered.Count + _asked.Count < _needed + _furtherAllowed && !_unasked.IsEmpty)
            {
                Ask(NextToAsk());
            }
            else
            {
                break;
            }
        }

        _advancing = false;
        if (ended is { } outcome) Finish(outcome);
    }

    /// <summary>The own copy first, and last those that are suspected.</summary>
    private int NextToAsk()
    {
        if (Local >= 0 && _unasked.Contains(Local)) return Local;
        ReplicaSet live = _unasked - Replicas.Suspected(_at.Partition, _n);
        return (live.IsEmpty ? _unasked : live).First;
    }

    private void BeginPage()
    {
        // What is late for the page before must not be taken for this one.
        Coordinator.Renumber(this);
        _found.Clear();
        _clear = Version.None;
        _verdicts = default;
        _asked = _answered = ReplicaSet.Empty;
        _unasked = Replicas.Reachable(_at.Partition, _n);
        _through = ScanPoint.MaxHash;
        _furtherAllowed = 0;
        for (int rank = 0; rank < _n; rank++)
        {
            if (!_unasked.Contains(rank)) _verdicts[rank] = Verdict.NotConnected;
        }

        HangUp();
    }

    private void HangUp() => Coordinator.Deadlines.Hang(this, Math.Min(Coordinator.Loop.Now + LateMilliseconds, Deadline));

    private void Ask(int rank)
    {
        _unasked = _unasked.Without(rank);
        _asked = _asked.With(rank);
        _verdicts[rank] = Verdict.Pending;
        int limit = Math.Clamp(_count - _keys.Count, MinPage, ScanRequest.MaxLimit);
        int member = Replicas.Topology.PreferenceListOf(_at.Partition)[rank];
        if (Replicas[member] is { } replica) replica.Scan(new ScanRequest(Keyspace, Replicas.Epochs, _at, limit), IdFor(rank));
        else Record(rank, Verdict.NotConnected);
    }

    private void Record(int rank, Verdict verdict)
    {
        _asked = _asked.Without(rank);
        _verdicts[rank] = verdict;
    }

    /// <summary>Takes the live ones in order, up to what was asked for; keys of one hash together, because the cursor cannot part them.</summary>
    private void TakePage()
    {
        _pages++;
        _found.Sort();
        ulong through = _through;
        for (int i = 0; i < _found.Count; i++)
        {
            Found found = _found[i];
            if (found.Hash > through) break;
            bool isWinner = i == 0 || !_found[i - 1].Key.Key.AsSpan().SequenceEqual(found.Key.Key);
            bool isLive = found.Key.Head.Version > _clear && found.Key.Head.IsLive(Coordinator.Loop.WallClock);
            if (!isWinner || !isLive) continue;
            _keys.Add(found.Key);
            if (_keys.Count == _count) through = found.Hash;
        }

        _at = _at.After(through);
    }

    private Outcome Failure()
    {
        // What was found before the trouble is an answer; whoever goes on from there meets the trouble.
        if (_pages > 0) return Outcome.Failed(OutcomeKind.Ok);
        OutcomeKind kind = _overdue ? OutcomeKind.TimedOut : Refusals.Summarize(_verdicts, _n);
        return new Outcome(kind, _needed, _n, _answered.Count, _verdicts);
    }

    private void Finish(in Outcome outcome)
    {
        (IDatabaseSink sink, ulong token) = (Sink, Token);
        var result = new ScanResult(outcome, new Location(Replicas.Topology, _at.Partition), _at, _keys);
        Leave();
        sink.OnScan(token, result);
    }

    protected override void Leave()
    {
        base.Leave();
        _found.Clear();
        _keys = [];
    }

    /// <summary>In the order of the scan; of one key the greatest head first.</summary>
    private readonly record struct Found(ulong Hash, ScannedKey Key) : IComparable<Found>
    {
        public int CompareTo(Found other)
        {
            int byHash = Hash.CompareTo(other.Hash);
            if (byHash != 0) return byHash;
            int byKey = Key.Key.AsSpan().SequenceCompareTo(other.Key.Key);
            return byKey != 0 ? byKey : new EntryDigest(other.Key.Head, 0).CompareTo(new EntryDigest(Key.Head, 0));
        }
    }
}
