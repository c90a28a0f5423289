using System.Runtime.CompilerServices;
using Quorate.Core.Versions;

namespace Quorate.Core.Quorum;

/// <summary>What the coordinator has to do next for a write.</summary>
public enum WriteStep
{
    /// <summary>Nothing now: an answer or the clock goes on with it.</summary>
    Wait,

    /// <summary>Send the put to <see cref="WriteOperation.Targets"/>: to a home replica as it is, to a fallback as a hint.</summary>
    Ask,

    /// <summary>Take a version above <see cref="WriteOperation.Superseding"/>, for all who are asked from now on.</summary>
    Restamp,

    /// <summary>Answer with <see cref="WriteOperation.Outcome"/>; go on with <see cref="WriteOperation.Next"/>.</summary>
    Answer,

    /// <summary>Keep hints for the home replicas <see cref="WriteOperation.Targets"/>, which have not taken the put.</summary>
    Hint,

    /// <summary>Nothing is left to do.</summary>
    Release,
}

/// <summary>
/// Counts one put: verdicts and the clock's two signals in, steps and an outcome out. Knows no time, no socket and no value.
/// The rules are law 4 (who wins), law 7 (what a failure promises), and Dynamo's sloppy quorum (section 4.6) where allowed.
/// Ranks below <see cref="Replicas"/> are home replicas, those from there on fallbacks.
/// </summary>
public sealed class WriteOperation
{
    /// <summary>A put that lost this often while too few replicas could be heard gives up.</summary>
    public const int MaxRestamps = 4;

    private Verdicts _verdicts;
    private WardsByRank _wards;
    private ReplicaSet _spare;
    private ReplicaSet _fallbacks;
    private ReplicaSet _asked;
    private ReplicaSet _pending;
    private ReplicaSet _late;
    private ReplicaSet _stored;
    private ReplicaSet _superseded;
    private ReplicaSet _heard;
    private ReplicaSet _hinted;
    private bool _mayBeStored;
    private bool _overdue;
    private bool _isRoundOpen;
    private bool _isAboveAcknowledged;
    private int _restampsLeft;

    /// <summary>Home replicas.</summary>
    public int Replicas { get; private set; }

    /// <summary>W as a number.</summary>
    public int Needed { get; private set; }

    /// <summary>Whom the step is for.</summary>
    public ReplicaSet Targets { get; private set; }

    /// <summary>The highest version that any replica answered <see cref="Verdict.Superseded"/> with.</summary>
    public Version Superseding { get; private set; }

    /// <summary>How it ended, once <see cref="IsAnswered"/>.</summary>
    public Outcome Outcome { get; private set; }

    /// <summary>Whether <see cref="WriteStep.Answer"/> was given: what follows is hints.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether it gave up because newer versions kept it from W.</summary>
    public bool IsBeaten { get; private set; }

    /// <summary>Whether a version above <see cref="Superseding"/> is above all that was acknowledged before this put began.</summary>
    public bool HasHeardEnough => _isAboveAcknowledged || Covered(_heard | _stored | _superseded).Count >= Needed;

    /// <summary>Some replica stored it, or may have, under any of its versions.</summary>
    public bool MayBeStored => _mayBeStored || !_pending.IsEmpty;

    /// <summary>Whether it would help to <see cref="NoticeLate"/>: somebody is silent, and it can do without, or must hint.</summary>
    public bool CanDoWithoutLate =>
        !(_pending - _late).IsEmpty && (IsAnswered || !_superseded.IsEmpty || !_spare.IsEmpty || !_fallbacks.IsEmpty);

    /// <summary>Makes it ready for a put: it is pooled, and forgets the one before.</summary>
    /// <param name="replicas">Home replicas.</param>
    /// <param name="needed">W as a number, at least 1.</param>
    /// <param name="avoided">Home replicas to ask last, because they are suspected.</param>
    /// <param name="fallbacks">Ranks that may stand in; none where the quorum is strict.</param>
    /// <param name="restamps">How often it may go out again above what superseded it.</param>
    /// <param name="isAboveAcknowledged">Its version was taken where an earlier round of it <see cref="HasHeardEnough"/>.</param>
    public void Begin(
        int replicas, int needed, ReplicaSet avoided = default, ReplicaSet fallbacks = default, int restamps = MaxRestamps, bool isAboveAcknowledged = false)
    {
        _isAboveAcknowledged = isAboveAcknowledged;
        Replicas = replicas;
        Needed = needed;
        Superseding = Version.None;
        Outcome = default;
        _verdicts = default;
        _mayBeStored = _overdue = IsAnswered = IsBeaten = false;
        _restampsLeft = restamps;
        _fallbacks = fallbacks;
        _spare = avoided & ReplicaSet.FirstOf(replicas);
        _asked = ReplicaSet.FirstOf(replicas) - _spare;
        _heard = _stored = _superseded = _hinted = ReplicaSet.Empty;
        BeginRound();
    }

    /// <summary>The put leaves under a new version: answers to the one before are forgotten, but not that they were heard.</summary>
    private void BeginRound()
    {
        _heard |= _stored | _superseded;
        _stored = _superseded = _late = _pending = ReplicaSet.Empty;
        _isRoundOpen = true;
    }

    /// <summary>A replica's answer, refusal or loss. Who is not waited for under the present version does not count.</summary>
    /// <param name="rank">Who answered.</param>
    /// <param name="verdict">What it did, or why not.</param>
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

    /// <summary>Nothing was sent, and nothing will be.</summary>
    public void Abandon()
    {
        _isRoundOpen = false;
        _verdicts = default;
        _pending = ReplicaSet.Empty;
        _overdue = true;
    }

    /// <summary>Whoever has not answered is late: others are asked in their place, and after the answer they get hints.</summary>
    public void NoticeLate() => _late = _pending;

    /// <summary>A home replica is suspected: it is as good as late.</summary>
    public void NoticeSuspected(int rank) => _late |= _pending & ReplicaSet.Of(rank);

    /// <summary>The time the caller gave is over.</summary>
    public void Expire() => _overdue = true;

    /// <summary>The home replica that a fallback was asked to keep the put for.</summary>
    public int WardOf(int fallback) => _wards[fallback];

    /// <summary>
    /// Who holds this put, or what won over it by right. Once W replicas have said, after the put began, what they hold, every
    /// write acknowledged before is below the stamp taken next: they hold it, and W of them meet any W of its. Whatever is above
    /// that stamp is concurrent with this put and may overwrite it. See docs/decisions/concurrent-writes.md.
    /// </summary>
    private ReplicaSet Held => _isAboveAcknowledged || Covered(_heard).Count >= Needed ? _stored | _superseded : _stored;

    /// <summary>
    /// The home replicas that are these, or have one of these standing in. So a fallback and the home replica it keeps a hint for
    /// are one: as soon as both have the put, the hint is handed over and forgotten.
    /// </summary>
    private ReplicaSet Covered(ReplicaSet who) => who & Homes | Wards(who);

    /// <summary>
    /// What to do now. To be called after every signal, and again after every step until it says to wait or to release.
    /// </summary>
    public WriteStep Next()
    {
        if (IsAnswered) return AfterAnswer();
        if (_isRoundOpen) return AskAll();

        // 1. Enough replicas hold this version as their winner.
        if (Covered(Held).Count >= Needed) return Answer(OutcomeKind.Ok);

        // 2. Out of time: whoever has not answered may have stored it.
        if (_overdue) return Answer(MayBeStored ? OutcomeKind.TimedOut : OutcomeOfRefusals());

        // 3. A way to W without those who are late, or else with them.
        if ((TryReach(_pending - _late) ?? TryReach(_pending)) is { } step) return step;

        // 4. There is none. A certain answer is worth waiting for, an unknown one is known already.
        if (_mayBeStored) return Answer(OutcomeKind.TimedOut);
        return _pending.IsEmpty ? Answer(OutcomeOfRefusals()) : WriteStep.Wait;
    }

    /// <summary>The way to W if these store it too; null where there is none.</summary>
    private WriteStep? TryReach(ReplicaSet hopeful)
    {
        if (Covered(Held | hopeful).Count >= Needed) return WriteStep.Wait;
        // This put may have begun after what superseded it was acknowledged, and must win: a higher version can.
        if (Covered(Held | _superseded | hopeful).Count >= Needed) return Restamp();
        return TryAskFurther() ? WriteStep.Ask : null;
    }

    private WriteStep AskAll()
    {
        _isRoundOpen = false;
        return Ask(_asked);
    }

    private WriteStep Ask(ReplicaSet targets)
    {
        Targets = targets;
        _asked |= targets;
        _pending |= targets;
        for (ReplicaSet rest = targets; !rest.IsEmpty; rest = rest.Without(rest.First)) _verdicts[rest.First] = Verdict.Pending;
        return WriteStep.Ask;
    }

    /// <summary>Fallbacks first, each for a home replica that lacks the put; then the home replicas that are suspected.</summary>
    private bool TryAskFurther()
    {
        ReplicaSet lacking = Homes - _stored - _superseded - Wards(_pending | _stored | _superseded);
        if (!_fallbacks.IsEmpty && !lacking.IsEmpty)
        {
            int fallback = _fallbacks.First;
            ReplicaSet hopeless = lacking - (_pending - _late);
            _wards[fallback] = (byte)(hopeless.IsEmpty ? lacking : hopeless).First;
            _fallbacks = _fallbacks.Without(fallback);
            Ask(ReplicaSet.Of(fallback));
            return true;
        }

        if (_spare.IsEmpty) return false;
        int spare = _spare.First;
        _spare = _spare.Without(spare);
        Ask(ReplicaSet.Of(spare));
        return true;
    }

    private ReplicaSet Homes => ReplicaSet.FirstOf(Replicas);

    /// <summary>The home replicas that these fallbacks stand in for.</summary>
    private ReplicaSet Wards(ReplicaSet keepers)
    {
        ReplicaSet wards = ReplicaSet.Empty;
        for (ReplicaSet rest = keepers - Homes; !rest.IsEmpty; rest = rest.Without(rest.First))
        {
            wards = wards.With(_wards[rest.First]);
        }

        return wards;
    }

    private WriteStep Restamp()
    {
        if (_restampsLeft == 0) return Lose();
        // What an unanswered replica does with the old version is out of our sight from here on.
        _mayBeStored |= !_pending.IsEmpty;
        _restampsLeft--;
        BeginRound();
        return WriteStep.Restamp;
    }

    /// <summary>Whoever may not restamp reads again instead, and then it matters to know that this put is nowhere.</summary>
    private WriteStep Lose()
    {
        if (!_mayBeStored && !(_pending - _late).IsEmpty) return WriteStep.Wait;
        IsBeaten = true;
        return Answer(OutcomeKind.TimedOut);
    }

    /// <summary>Home replicas that have not taken an acknowledged put get a hint: at once where nothing can be hoped of them.</summary>
    private WriteStep AfterAnswer()
    {
        if (!Outcome.IsOk) return WriteStep.Release;
        ReplicaSet lacking = Homes - _stored - _superseded - Wards(_stored) - _hinted - Refusing();
        ReplicaSet hopeful = _overdue ? ReplicaSet.Empty : _pending - _late;
        Targets = lacking - hopeful;
        _hinted |= Targets;
        if (!Targets.IsEmpty) return WriteStep.Hint;
        return (lacking & hopeful).IsEmpty ? WriteStep.Release : WriteStep.Wait;
    }

    /// <summary>Home replicas that would refuse a hint for the reason for which they refused the put.</summary>
    private ReplicaSet Refusing()
    {
        ReplicaSet refusing = ReplicaSet.Empty;
        for (int rank = 0; rank < Replicas; rank++)
        {
            if (_verdicts[rank] is Verdict.Unfit or Verdict.WrongEpoch or Verdict.TooLarge) refusing = refusing.With(rank);
        }

        return refusing;
    }

    private WriteStep Answer(OutcomeKind kind)
    {
        Outcome = new Outcome(kind, Needed, Replicas, Covered(Held).Count, _verdicts);
        IsAnswered = true;
        return WriteStep.Answer;
    }

    private OutcomeKind OutcomeOfRefusals() => Refusals.Summarize(_verdicts, Replicas);

    /// <summary>By fallback: the rank of the home replica it keeps the put for.</summary>
    [InlineArray(ReplicaSet.MaxReplicas)]
    private struct WardsByRank
    {
        private byte _first;
    }
}
