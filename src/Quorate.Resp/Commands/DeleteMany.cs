using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>DEL: reads each key at a quorum, because the reply counts those that were there, then writes its tombstone.</summary>
internal sealed class DeleteMany(in CommandContext command) : ManyKeys(command)
{
    private int _deleted;

    public override string Deed => "done";

    protected override void Start(int index) =>
        Database.Read(new ReadCommand(Keyspace, KeyAt(index), Options), Session.Results, TokenOf(index));

    protected override bool TakeRead(int index, in ReadResult result)
    {
        if (result.Entry.IsAbsent) return true;
        Database.Write(WriteCommand.Delete(Keyspace, KeyAt(index), Options), Session.Results, TokenOf(index));
        return false;
    }

    protected override void TakeWrite() => _deleted++;

    protected override void WriteSuccess(RespWriter reply) => reply.Integer(_deleted);
}
