using System.Runtime.CompilerServices;
using Quorate.Core.DataTypes;

namespace Quorate.Core.Quorum;

/// <summary>What the coordinator has to do next for a read.</summary>
public enum ReadStep
{
    /// <summary>Nothing now: an answer or the clock goes on with it.</summary>
    Wait,

    /// <summary>Ask <see cref="ReadOperation.Targets"/> what they hold.</summary>
    Ask,

    /// <summary>Ask <see cref="ReadOperation.Targets"/> for the winner's bytes: only its digest is known.</summary>
    FetchPayload,

    /// <summary>Put the winner at <see cref="ReadOperation.Targets"/>.</summary>
    WriteBack,

    /// <summary>Answer with <see cref="ReadOperation.Outcome"/> and the winner; go on with <see cref="ReadOperation.Next"/>.</summary>
    Answer,

    /// <summary>Nothing is left to do.</summary>
    Release,
}

/// <summary>
/// Counts one read: answers and the clock's two signals in, steps and an outcome out. Joins what the replicas hold; where
/// any two sets of R replicas meet (2R > N) it answers only what is stored at R, so that a later read cannot go back
/// (the write-back of ABD: Attiya, Bar-Noy, Dolev 1995).
/// </summary>
public sealed class ReadOperation
{
    private const byte FirstPhase = 1;
    private const byte LastPhase = 15;

    private Digests _digests;
    private Verdicts _verdicts;
    private AskOrder _order;
    private ReplicaSet _unasked;
    private ReplicaSet _asked;
    private ReplicaSet _answered;
    private ReplicaSet _ahead;
    private ReplicaSet _writingBack;
    private ReplicaSet _cannotTake;
    private ReplicaSet _repaired;
    private ReplicaSet _fetching;
    private EntryDigest _winner;
    private int _furtherAllowed;
    private bool _hasPayload;
    private bool _mayHaveWrittenBack;
    private bool _overdue;

    /// <summary>Home replicas.</summary>
    public int Replicas { get; private set; }

    /// <summary>R as a number.</summary>
    public int Needed { get; private set; }

    /// <summary>How many replicas are asked at once.</summary>
    public Fanout Fanout { get; private set; }

    /// <summary>Whom the step is for.</summary>
    public ReplicaSet Targets { get; private set; }

    /// <summary>The greatest that any replica answered.</summary>
    public EntryDigest Winner => _winner;

    /// <summary>Numbers the write-backs by their winner: an acknowledgement of an earlier one does not count for the next.</summary>
    public byte Phase { get; private set; }

    /// <summary>How many replicas were found behind and sent the winner.</summary>
    public int Repaired => _repaired.Count;

    /// <summary>How it ended, once <see cref="IsAnswered"/>.</summary>
    public Outcome Outcome { get; private set; }

    /// <summary>Whether <see cref="ReadStep.Answer"/> was given: what follows is repair.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Makes it ready for a read: it is pooled, and forgets the one before.</summary>
    /// <param name="replicas">Home replicas.</param>
    /// <param name="needed">R as a number, at least 1.</param>
    /// <param name="fanout"><see cref="Fanout.Required"/> or <see cref="Fanout.All"/>.</param>
    /// <param name="order">Whom to ask before whom: the home replicas, and in a sloppy quorum fallbacks.</param>
    public void Begin(int replicas, int needed, Fanout fanout, in AskOrder order)
    {
        Replicas = replicas;
        Needed = needed;
        Fanout = fanout;
        Phase = FirstPhase;
        Outcome = default;
        _order = order;
        _verdicts = default;
        _winner = default;
        _unasked = order.Ranks;
        _asked = _answered = _ahead = _writingBack = _cannotTake = _repaired = _fetching = ReplicaSet.Empty;
        _furtherAllowed = 0;
        _hasPayload = _mayHaveWrittenBack = _overdue = IsAnswered = IsHurried = false;
    }

    /// <summary>A replica's answer. True where the bytes that came with it must be kept: they are the winner's.</summary>
    /// <param name="rank">Who answered; who was not asked does not count.</param>
    /// <param name="digest">Of what it holds.</param>
    /// <param name="hasPayload">Whether the bytes came along.</param>
    public bool RecordAnswer(int rank, EntryDigest digest, bool hasPayload)
    {
        bool wasFetched = _fetching.Contains(rank);
        if (!_asked.Contains(rank) && !wasFetched) return false;

        _asked = _asked.Without(rank);
        _fetching = _fetching.Without(rank);
        _answered = _answered.With(rank);
        _verdicts[rank] = Verdict.Answered;
        _digests[rank] = digest;
        if (digest > _winner) Crown(digest);
        if (_hasPayload) return false;
        _hasPayload = digest == _winner && (hasPayload || !digest.HasPayload);
        if (wasFetched && !_hasPayload) TakeBack(rank);
        return _hasPayload;
    }

    /// <summary>A replica that refused to answer, or whose connection broke.</summary>
    public void RecordFailure(int rank, Verdict verdict)
    {
        if (_asked.Contains(rank))
        {
            _asked = _asked.Without(rank);
            _verdicts[rank] = verdict;
        }
        else if (_fetching.Contains(rank))
        {
            _fetching = _fetching.Without(rank);
            if (_hasPayload) return;
            _verdicts[rank] = verdict;
            TakeBack(rank);
        }
    }

    /// <summary>A replica's answer to a write-back: whoever holds something newer holds the winner too.</summary>
    public void RecordWriteBack(int rank, byte phase, Verdict verdict)
    {
        if (phase != Phase || !_writingBack.Contains(rank)) return;

        _writingBack = _writingBack.Without(rank);
        if (verdict == Verdict.Stored) _digests[rank] = _winner;
        else if (verdict == Verdict.Superseded) _ahead = _ahead.With(rank);
        else RecordRefusal(rank, verdict);
    }

    /// <summary>Its last word, which says why the read failed where it is one too many.</summary>
    private void RecordRefusal(int rank, Verdict verdict)
    {
        _cannotTake = _cannotTake.With(rank);
        _verdicts[rank] = verdict;
    }

    /// <summary>The connection to a replica broke: nothing more comes from it.</summary>
    public void RecordLoss(int rank)
    {
        RecordFailure(rank, Verdict.Lost);
        RecordWriteBack(rank, Phase, Verdict.Lost);
    }

    /// <summary>Whether it may help to <see cref="AllowFurther"/> once somebody is late.</summary>
    public bool CanAskFurther => !IsAnswered && !(_unasked | _fetching).IsEmpty;

    /// <summary>Whether an answer of this replica is waited for.</summary>
    public bool IsAwaited(int rank) => !IsAnswered && (_asked | _fetching).Contains(rank);

    /// <summary>Whether the winner's bytes have come.</summary>
    public bool HasBytes => _hasPayload;

    /// <summary>Whether somebody was late.</summary>
    public bool IsHurried { get; private set; }

    /// <summary>Somebody is late: one replica more may be asked.</summary>
    public void AllowFurther()
    {
        _furtherAllowed++;
        IsHurried = true;
    }

    /// <summary>The time the caller gave is over.</summary>
    public void Expire() => _overdue = true;

    /// <summary>
    /// What to do now. To be called after every signal, and again after every step until it says to wait or to release.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nobody who answered holds what they answered: a fault in this class.</exception>
    public ReadStep Next()
    {
        if (IsAnswered) return AfterAnswer();

        // 1. R replicas must say what they hold.
        if (_answered.Count < Needed) return GatherAnswers();

        // 2. The winner's bytes, where only its digest came.
        if (LacksPayload) return _overdue ? Answer(OutcomeKind.TimedOut) : FetchPayload();

        // 3. The winner at R of them, where reads must not go back: an answer of a fallback promises that to nobody.
        bool isStrict = (_answered - Homes).IsEmpty;
        if (isStrict && 2 * Needed > Replicas && Holders().Count < Needed) return GatherHolders();

        return Answer(OutcomeKind.Ok);
    }

    private ReadStep GatherAnswers()
    {
        if (_overdue) return Answer(OutcomeKind.TimedOut);
        if (_answered.Count + _asked.Count + _unasked.Count < Needed) return Answer(Refusals.Summarize(_verdicts, Replicas));

        int wanted = Fanout == Fanout.All ? Replicas : Needed + _furtherAllowed;
        return AskUpTo(wanted - _answered.Count - _asked.Count);
    }

    private ReadStep FetchPayload()
    {
        ReplicaSet candidates = Holders() - _fetching;
        if (!_fetching.IsEmpty && (_furtherAllowed == 0 || candidates.IsEmpty)) return ReadStep.Wait;
        if (candidates.IsEmpty) throw new InvalidOperationException("The winner of a read is held by nobody who answered.");

        if (_furtherAllowed > 0) _furtherAllowed--;
        Targets = ReplicaSet.Of(candidates.First);
        _fetching |= Targets;
        return ReadStep.FetchPayload;
    }

    private ReadStep GatherHolders()
    {
        if (TryWriteBack()) return ReadStep.WriteBack;
        if (_overdue) return AnswerUnsettled();

        int hoped = Holders().Count + _writingBack.Count + _asked.Count;
        if (hoped + _unasked.Count < Needed) return AnswerUnsettled();
        return AskUpTo(Needed + _furtherAllowed - hoped);
    }

    /// <summary>Enough replicas answered, and too few hold what they answered: those confirm, and of the others it is told what they said to the winner.</summary>
    private ReadStep AnswerUnsettled()
    {
        for (ReplicaSet rest = _writingBack; !rest.IsEmpty; rest = rest.Without(rest.First)) _verdicts[rest.First] = Verdict.Pending;
        return Answer(OutcomeKind.TimedOut, Holders().Count);
    }

    /// <summary>Late answers are still joined where all were asked, and whoever is behind is repaired.</summary>
    private ReadStep AfterAnswer()
    {
        if (!Outcome.IsOk || _overdue) return ReadStep.Release;
        if (LacksPayload) return FetchPayload();
        if (TryWriteBack()) return ReadStep.WriteBack;
        return Fanout == Fanout.All && !_asked.IsEmpty ? ReadStep.Wait : ReadStep.Release;
    }

    private ReadStep AskUpTo(int further)
    {
        if (further <= 0 || _unasked.IsEmpty) return ReadStep.Wait;

        ReplicaSet targets = ReplicaSet.Empty;
        for (int place = 0; place < _order.Count && targets.Count < further; place++)
        {
            int rank = _order[place];
            if (!_unasked.Contains(rank)) continue;
            targets = targets.With(rank);
            _verdicts[rank] = Verdict.Pending;
        }

        _unasked -= targets;
        _asked |= targets;
        Targets = targets;
        return ReadStep.Ask;
    }

    private bool TryWriteBack()
    {
        ReplicaSet behind = Behind();
        if (behind.IsEmpty) return false;

        Targets = behind;
        _writingBack |= behind;
        _repaired |= behind;
        _mayHaveWrittenBack = true;
        return true;
    }

    /// <summary>
    /// A replica that does not give the bytes it said it holds counts as if it had not answered: whoever holds them too is
    /// among those who are then asked in its place.
    /// </summary>
    private void TakeBack(int rank)
    {
        _answered = _answered.Without(rank);
        EntryDigest greatest = default;
        for (ReplicaSet rest = _answered; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            if (_digests[rest.First] > greatest) greatest = _digests[rest.First];
        }

        if (greatest != _winner) Crown(greatest);
    }

    private void Crown(EntryDigest digest)
    {
        _winner = digest;
        _hasPayload = false;
        // What holds something newer than one winner need not hold the next.
        _writingBack = _ahead = ReplicaSet.Empty;
        Phase = Phase == LastPhase ? FirstPhase : (byte)(Phase + 1);
    }

    private bool LacksPayload => !_hasPayload && _winner.HasPayload;

    private ReplicaSet Homes => ReplicaSet.FirstOf(Replicas);

    /// <summary>Who is to be sent the winner. A fallback's hint is not its own to bring up to date.</summary>
    private ReplicaSet Behind() => (_answered & Homes) - Holders() - _writingBack - _cannotTake;

    private ReplicaSet Holders()
    {
        ReplicaSet holders = _answered & _ahead;
        for (ReplicaSet rest = _answered; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            if (_digests[rest.First] == _winner) holders = holders.With(rest.First);
        }

        return holders;
    }

    private ReadStep Answer(OutcomeKind kind) => Answer(kind, _answered.Count);

    private ReadStep Answer(OutcomeKind kind, int confirmed)
    {
        // A write-back may have stored something, and a certain failure promises that nothing was (law 7).
        if (kind != OutcomeKind.Ok && _mayHaveWrittenBack) kind = OutcomeKind.TimedOut;
        // Whoever is behind now is sent the winner right after the reply.
        if (kind == OutcomeKind.Ok) _repaired |= Behind();
        IsAnswered = true;
        Outcome = new Outcome(kind, Needed, Replicas, confirmed, _verdicts);
        return ReadStep.Answer;
    }

    [InlineArray(ReplicaSet.MaxReplicas)]
    private struct Digests
    {
        private EntryDigest _first;
    }
}
