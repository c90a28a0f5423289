using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>FLUSHALL: clears every keyspace, all at the same time. Where one fails, the reply says which and how many were cleared.</summary>
internal sealed class ClearAll(in CommandContext command) : CompoundCommand(command)
{
    private int _keyspaces;
    private int _ended;
    private int _cleared;
    private bool _mayBeCleared;
    private int _leastReplicas = int.MaxValue;
    private string? _failure;
    private OutcomeKind _kind;

    public override void Run()
    {
        // Each may end within the call that begins it: the last to end is known only because all are counted before.
        _keyspaces = Database.Keyspaces.All.Length;
        for (int keyspace = 0; keyspace < _keyspaces; keyspace++) Database.Clear(keyspace, Options, Session.Results, TokenOf(keyspace));
    }

    public override void OnWrite(int step, in WriteResult result)
    {
        Outcome outcome = result.Outcome;
        _leastReplicas = Math.Min(_leastReplicas, outcome.IsOk ? outcome.Confirmed : 0);
        if (outcome.IsOk) _cleared++;
        else if (_failure is null) (_kind, _failure) = (outcome.Kind, $"'{Database.Keyspaces[step].Name}': {Failures.TextOf(outcome, result.Location)}");
        _mayBeCleared |= outcome.Kind is OutcomeKind.Ok or OutcomeKind.TimedOut;
        if (++_ended < _keyspaces) return;

        Session.Client.ReplicasOfLastWrite = _leastReplicas;
        if (_failure is null) End();
        else End($"{Failures.WordOf(_mayBeCleared ? OutcomeKind.TimedOut : _kind)} FLUSHALL: {_cleared} of {_keyspaces} keyspaces cleared; {_failure}");
    }

    protected override void WriteReply(RespWriter reply) => reply.Ok();
}
