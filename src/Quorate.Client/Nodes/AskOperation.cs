using Quorate.Coordinator;
using Quorate.Core.Quorum;

namespace Quorate.Client.Nodes;

/// <summary>What has to be done next for a request that nodes coordinate.</summary>
internal enum AskStep
{
    Wait,

    /// <summary>Ask one more node.</summary>
    Ask,

    /// <summary>Take a version above <see cref="AskOperation.Beaten"/>, and go on with <see cref="AskOperation.BeginRound"/>.</summary>
    Restamp,

    /// <summary>It has failed, with <see cref="AskOperation.Failure"/>.</summary>
    Fail,
}

/// <summary>
/// Decides which nodes are asked for one request: one at a time, a further one where that is late, gone or refuses. Two nodes
/// may so coordinate the same put, which is one put because both send it out under the version that it came with; only the client takes
/// it a further one, and never once it was told that it is stored (law 4). Knows no time, no socket and no value.
/// </summary>
internal sealed class AskOperation
{
    private Outcome? _refusal;
    private Outcome? _unknown;
    private int _needed;
    private int _replicas;
    private bool _mayRepeat;
    private bool _mayBeDone;
    private bool _isFinal;
    private bool _isLate;
    private bool _isOverdue;
    private bool _isNobodyLeft;
    private int _pending;
    private int _restampsLeft;

    /// <summary>What kept the put from W replicas; none where nothing did.</summary>
    public Stamp Beaten { get; private set; }

    /// <summary>Law 7: what was refused by all who were asked was not done; else nobody knows.</summary>
    /// <param name="verdicts">What is known of the nodes that were asked, where none said why it failed.</param>
    public Outcome Failure(in Verdicts verdicts)
    {
        Outcome? told = _mayBeDone || _pending > 0 ? _unknown : _refusal;
        OutcomeKind kind = _mayBeDone || _pending > 0 ? OutcomeKind.TimedOut : OutcomeKind.Unavailable;
        return told ?? new Outcome(kind, _needed, _replicas, 0, verdicts);
    }

    /// <param name="mayRepeat">Whether it is the same to have it coordinated twice: a read, or a put that has its version.</param>
    /// <param name="needed">R or W as a number.</param>
    /// <param name="replicas">How many home replicas the key has.</param>
    public void Begin(bool mayRepeat, int needed, int replicas)
    {
        (_mayRepeat, _needed, _replicas) = (mayRepeat, needed, replicas);
        _refusal = _unknown = null;
        _mayBeDone = _isFinal = _isOverdue = false;
        _restampsLeft = WriteOperation.MaxRestamps;
        BeginRound();
    }

    /// <summary>A node was asked.</summary>
    public void NoticeAsked() => _pending++;

    /// <summary>No further node can be asked.</summary>
    public void NoticeNobodyLeft() => _isNobodyLeft = true;

    /// <summary>A node can be asked, again perhaps.</summary>
    public void NoticeSomebody() => _isNobodyLeft = false;

    /// <summary>Nobody is at it.</summary>
    public bool IsIdle => _pending == 0;

    /// <summary>A node that was asked failed with this.</summary>
    /// <param name="outcome">What it said.</param>
    /// <param name="beaten">Where newer versions kept the put from W replicas: the highest.</param>
    public void RecordFailure(in Outcome outcome, Stamp beaten)
    {
        _pending--;
        if (outcome.Kind == OutcomeKind.TimedOut)
        {
            _mayBeDone = true;
            _unknown = outcome;
            Beaten = beaten;
        }
        else
        {
            _refusal = outcome;
            // Another node would say the same.
            _isFinal |= outcome.Kind is OutcomeKind.Invalid or OutcomeKind.TooLarge or OutcomeKind.WrongType;
        }
    }

    /// <summary>The connection to a node that was asked broke: it may go on with it, or not.</summary>
    public void RecordLost()
    {
        _pending--;
        _mayBeDone = true;
    }

    /// <summary>Whoever was asked is late.</summary>
    public void NoticeLate() => _isLate = true;

    /// <summary>The time the caller gave is over.</summary>
    public void Expire() => _isOverdue = true;

    public AskStep Next()
    {
        if (_isFinal || _isOverdue) return AskStep.Fail;
        if (Beaten != default) return _restampsLeft-- > 0 ? AskStep.Restamp : AskStep.Fail;

        // 1. Nobody is at it, or it takes long: one more node, unless the first may have done what must not be done twice.
        bool isWanted = _pending == 0 || (_isLate && _mayRepeat);
        bool isAllowed = _mayRepeat || !_mayBeDone;
        if (isWanted && isAllowed && !_isNobodyLeft)
        {
            _isLate = false;
            return AskStep.Ask;
        }

        // 2. A certain answer is worth waiting for: of who is at it, or of who can be asked again, as after all nodes have renewed their connections.
        return _pending > 0 || (_mayBeDone && _mayRepeat) ? AskStep.Wait : AskStep.Fail;
    }

    /// <summary>The put has a higher version: what becomes of the one before is out of our sight from here on.</summary>
    public void BeginRound()
    {
        _pending = 0;
        _isLate = _isNobodyLeft = false;
        Beaten = default;
    }
}
