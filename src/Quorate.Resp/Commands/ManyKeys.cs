using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// A command that does the same to several keys: a request for each at the same time, in rounds of at most
/// <see cref="RoundSize"/>. When one fails no further round starts, and the reply says which keys were done.
/// </summary>
internal abstract class ManyKeys : CompoundCommand
{
    /// <summary>So that one command cannot fill the node's queues, and a million keys are many turns of the loop.</summary>
    public const int RoundSize = 1024;

    private readonly KeyFailures _failures;
    private Explanation? _explanation;
    private Outcome _lastOutcome;
    private Location _lastLocation;
    private Version _lastVersion;
    private int _leastReplicas = int.MaxValue;
    private int _started;
    private int _running;

    protected ManyKeys(in CommandContext command)
        : base(command) => _failures = new KeyFailures(this, Spec.Name.ToUpperInvariant());

    /// <summary>What the command does to a key that it is done with: "written".</summary>
    public abstract string Deed { get; }

    protected ReadOnlySpan<byte> WordOf(int index, int word) => Word(Spec.Keys.First + index * Spec.Keys.Step + word);

    public override void Run() => RunRound();

    public override void OnRead(int step, in ReadResult result)
    {
        Note(result.Outcome, result.Location, result.Version, result.Explanation);
        if (!result.Outcome.IsOk) Fail(step, result.Outcome, result.Location, mayBeDone: false);
        else if (!TakeRead(step, result)) return;
        EndKey();
    }

    public override void OnWrite(int step, in WriteResult result)
    {
        Note(result.Outcome, result.Location, result.Version, result.Explanation);
        _leastReplicas = Math.Min(_leastReplicas, result.Outcome.Confirmed);
        if (result.Outcome.IsOk) TakeWrite();
        else Fail(step, result.Outcome, result.Location, mayBeDone: result.Outcome.Kind == OutcomeKind.TimedOut);
        EndKey();
    }

    /// <summary>Sends the request for a key.</summary>
    protected abstract void Start(int index);

    /// <summary>False where a further request was sent for this key.</summary>
    protected virtual bool TakeRead(int index, in ReadResult result) =>
        throw new InvalidOperationException($"{Spec.Name} does not read.");

    protected virtual void TakeWrite() => throw new InvalidOperationException($"{Spec.Name} does not write.");

    /// <summary>Every key was done.</summary>
    protected abstract void WriteSuccess(RespWriter reply);

    protected void Fail(int index, in Outcome outcome, Location location, bool mayBeDone) =>
        _failures.Add(index, outcome.Kind, Failures.TextOf(outcome, location), mayBeDone);

    protected void Fail(int index, OutcomeKind kind, string text) => _failures.Add(index, kind, text, mayBeDone: false);

    protected sealed override void WriteReply(RespWriter reply)
    {
        if (_explanation is not null) Explained.Begin(reply, _explanation);
        if (_failures.Any) reply.Error(_failures.Describe(_started));
        else WriteSuccess(reply);
        if (_explanation is not null) Explained.End(reply, _lastOutcome, _lastLocation, _lastVersion, _explanation);
    }

    private void RunRound()
    {
        if (Session.IsClosed)
        {
            ReturnArrays();
            return;
        }

        if (_started > 0 && !Server.HasRoom)
        {
            Server.WhenRoom(RunRound);
            return;
        }

        int end = Math.Min(Count, _started + (NamesKeyTwice ? 1 : RoundSize));
        // One for the round itself, so that it does not end while it still starts keys.
        _running = end - _started + 1;
        while (_started < end) Start(_started++);
        EndKey();
    }

    private void EndKey()
    {
        if (--_running > 0) return;
        if (_started < Count && !_failures.Any)
        {
            Server.Loop.Post(RunRound);
            return;
        }

        if (_leastReplicas < int.MaxValue) Session.Client.ReplicasOfLastWrite = _leastReplicas;
        End();
    }

    /// <summary>Also in a DEL of one key that is explained, which asks twice: the lines of both follow each other.</summary>
    private void Note(in Outcome outcome, Location location, Version version, Explanation? explanation)
    {
        if (explanation is null) return;
        _explanation ??= new Explanation();
        _explanation.Lines.AddRange(explanation.Lines);
        (_lastOutcome, _lastLocation, _lastVersion) = (outcome, location, version);
    }
}
