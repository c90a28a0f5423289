using Quorate.Core.Versions;

namespace Quorate.Core.Quorum;

/// <summary>What the coordinator has to do next for a write.</summary>
public enum WriteStep
{
    Wait,

    /// <summary>Take a version above <see cref="WriteOperation.Superseding"/> and send to all N again.</summary>
    Restamp,

    /// <summary>Answer with <see cref="WriteOperation.Outcome"/>.</summary>
    Done,
}

/// <summary>
/// Counts one put: verdicts and the deadline in, steps and an outcome out. Knows no time, no socket and no value.
/// The rules are law 4 (who wins), law 7 (what a failure promises).
/// </summary>
public sealed class WriteOperation
{
    /// <summary>A put that lost this often while too few replicas could be heard gives up.</summary>
    public const int MaxRestamps = 4;

    private Verdicts _verdicts;
    private ReplicaSet _pending;
    private ReplicaSet _stored;
    private ReplicaSet _superseded;
    private ReplicaSet _heard;
    private bool _mayBeStored;
    private bool _isLate;
    private bool _overdue;
    private int _restampsLeft;

    public int Replicas { get; private set; }

    public int Needed { get; private set; }

    /// <summary>The highest version that any replica answered <see cref="Verdict.Superseded"/> with.</summary>
    public Version Superseding { get; private set; }

    public Outcome Outcome { get; private set; }

    /// <summary>Whether it gave up because newer versions kept it from W.</summary>
    public bool IsBeaten { get; private set; }

    /// <summary>Some replica has a newer version, and this put waits for one that may have none.</summary>
    public bool IsHeldUp => !_superseded.IsEmpty && !_pending.IsEmpty;

    /// <param name="restamps">How often it may go out again above what superseded it.</param>
    public void Begin(int replicas, int needed, int restamps = MaxRestamps)
    {
        Replicas = replicas;
        Needed = needed;
        Superseding = Version.None;
        Outcome = default;
        _mayBeStored = _overdue = IsBeaten = false;
        _restampsLeft = restamps;
        _heard = _stored = _superseded = ReplicaSet.Empty;
        BeginRound();
    }

    /// <summary>The put leaves for all replicas under a new version: answers to the one before are forgotten.</summary>
    public void BeginRound()
    {
        _verdicts = default;
        _heard |= _stored | _superseded;
        _pending = ReplicaSet.FirstOf(Replicas);
        _stored = _superseded = ReplicaSet.Empty;
        _isLate = false;
        for (int rank = 0; rank < Replicas; rank++) _verdicts[rank] = Verdict.Pending;
    }

    /// <param name="by">The winner there, where the verdict is <see cref="Verdict.Superseded"/>.</param>
    public void Record(int rank, Verdict verdict, Version by = default)
    {
        if (!_pending.Contains(rank)) return;

        _pending = _pending.Without(rank);
        _verdicts[rank] = verdict;
        if (verdict == Verdict.Stored)
        {
            _stored = _stored.With(rank);
            _mayBeStored = true;
        }
        else if (verdict == Verdict.Superseded)
        {
            _superseded = _superseded.With(rank);
            if (by > Superseding) Superseding = by;
        }
        else if (!verdict.IsRefusal())
        {
            _mayBeStored = true;
        }
    }

    /// <summary>Some replica stored it, or may have, under any of its versions.</summary>
    public bool MayBeStored => _mayBeStored || !_pending.IsEmpty;

    /// <summary>Nothing was sent, and nothing will be.</summary>
    public void Abandon()
    {
        _verdicts = default;
        _pending = ReplicaSet.Empty;
    }

    /// <summary>Whoever has not answered is late: it is not waited for where a higher version can do without it.</summary>
    public void NoticeLate() => _isLate = true;

    /// <summary>The time the caller gave is over.</summary>
    public void Expire() => _overdue = true;

    /// <summary>
    /// Who holds this put, or what won over it by right. Once W replicas have said, after the put began, what they hold, every
    /// write acknowledged before is below the stamp taken next: they hold it, and W of them meet any W of its. Whatever is above
    /// that stamp is concurrent with this put and may overwrite it. See docs/decisions/concurrent-writes.md.
    /// </summary>
    private ReplicaSet Held => _heard.Count >= Needed ? _stored | _superseded : _stored;

    public WriteStep Next()
    {
        // 1. Enough replicas hold this version as their winner.
        if (Held.Count >= Needed) return End(OutcomeKind.Ok);

        // 2. Out of time: whoever has not answered may have stored it.
        if (_overdue) return End(_mayBeStored || !_pending.IsEmpty ? OutcomeKind.TimedOut : OutcomeOfRefusals());

        // 3. W is still within reach of this version, and those it takes are not late.
        bool needsNoLateOne = _isLate && _stored.Count + _superseded.Count >= Needed;
        if (_stored.Count + _pending.Count >= Needed && !needsNoLateOne) return WriteStep.Wait;

        // 4. Only a higher version can reach W: this put began after what superseded it was stored, and must win.
        if (_stored.Count + _pending.Count + _superseded.Count >= Needed)
        {
            if (_restampsLeft == 0) return Lose();
            // What an unanswered replica does with the old version is out of our sight from here on.
            _mayBeStored |= !_pending.IsEmpty;
            _restampsLeft--;
            return WriteStep.Restamp;
        }

        // 5. W cannot be reached. A certain answer is worth waiting for, an unknown one is known already.
        if (_mayBeStored) return End(OutcomeKind.TimedOut);
        return _pending.IsEmpty ? End(OutcomeOfRefusals()) : WriteStep.Wait;
    }

    /// <summary>Whoever may not restamp reads again instead, and then it matters to know that this put is nowhere.</summary>
    private WriteStep Lose()
    {
        if (!_mayBeStored && !_pending.IsEmpty && !_isLate) return WriteStep.Wait;
        IsBeaten = true;
        return End(OutcomeKind.TimedOut);
    }

    private WriteStep End(OutcomeKind kind)
    {
        Outcome = new Outcome(kind, Needed, Replicas, Held.Count, _verdicts);
        return WriteStep.Done;
    }

    private OutcomeKind OutcomeOfRefusals() => Refusals.Summarize(_verdicts, Replicas);
}
