using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// RENAME, RENAMENX and COPY: 1. read the source at a quorum, 2. put the destination, 3. unless it is a copy, put a
/// tombstone in place of the source. Not one atomic step: others may see both keys, and a write to the source that comes in
/// between goes with it.
/// </summary>
internal sealed class MoveKey(in CommandContext command, MoveKey.Terms terms) : CompoundCommand(command)
{
    private const int Source = 0;
    private const int Destination = 1;

    private bool _isDone;

    private bool IsSameKey => terms.Keyspace == Keyspace && KeyAt(Source).SequenceEqual(KeyAt(Destination));

    public override void Run() => Database.Read(new ReadCommand(Keyspace, KeyAt(Source), Options), Session.Results, TokenOf(Source));

    public override void OnRead(int step, in ReadResult result)
    {
        if (!result.Outcome.IsOk) End(result.Outcome, result.Location);
        else if (result.Entry.IsAbsent && !terms.IsCopy) End("ERR no such key");
        else if (result.Entry.IsAbsent || IsSameKey) EndWith(terms.Replaces && IsSameKey);
        else Put(result.Entry);
    }

    public override void OnEdit(int step, in EditResult result)
    {
        Outcome outcome = result.Reply.Outcome;
        if (!outcome.IsOk) End(outcome, result.Location);
        else if (result.Reply.Applied) TakePut(outcome);
        else EndWith(false);
    }

    public override void OnWrite(int step, in WriteResult result)
    {
        if (!result.Outcome.IsOk) End(result.Outcome, result.Location, step == Source ? "the new key was written, the old one may still be there: " : "");
        else if (step == Destination) TakePut(result.Outcome);
        else EndWith(true);
    }

    protected override void WriteReply(RespWriter reply)
    {
        if (terms.SaysOk) reply.Ok();
        else reply.Integer(_isDone ? 1 : 0);
    }

    private void Put(in Entry entry)
    {
        long expiresAt = entry.Head.Expiry.AtMilliseconds;
        if (terms.Replaces)
        {
            var put = new WriteCommand(terms.Keyspace, KeyAt(Destination), EntryKind.Register, entry.ContentType, entry.Value, expiresAt, Options);
            Database.Write(put, Session.Results, TokenOf(Destination));
        }
        else
        {
            RegisterEdit put = RegisterEdit.Put(entry.Value, EditCondition.KeyMissing, false, expiresAt);
            Database.Edit(new EditCommand(terms.Keyspace, KeyAt(Destination), put, Options), Session.Results, TokenOf(Destination));
        }
    }

    private void TakePut(in Outcome outcome)
    {
        Session.Client.ReplicasOfLastWrite = outcome.Confirmed;
        if (terms.IsCopy) EndWith(true);
        else Database.Write(WriteCommand.Delete(Keyspace, KeyAt(Source), Options), Session.Results, TokenOf(Source));
    }

    private void EndWith(bool isDone)
    {
        _isDone = isDone;
        End();
    }

    /// <param name="Keyspace">Where the destination is.</param>
    /// <param name="Replaces">Whatever the destination holds.</param>
    /// <param name="IsCopy">The source stays, and may be missing.</param>
    /// <param name="SaysOk">RENAME, which does it or fails.</param>
    internal readonly record struct Terms(int Keyspace, bool Replaces, bool IsCopy, bool SaysOk);
}
