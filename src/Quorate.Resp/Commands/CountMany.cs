using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>EXISTS: a key that is named twice counts twice.</summary>
internal sealed class CountMany(in CommandContext command) : ManyKeys(command)
{
    private int _present;

    public override string Deed => "looked up";

    protected override void Start(int index) =>
        Database.Read(new ReadCommand(Keyspace, KeyAt(index), Options), Session.Results, TokenOf(index));

    protected override bool TakeRead(int index, in ReadResult result)
    {
        if (!result.Entry.IsAbsent) _present++;
        return true;
    }

    protected override void WriteSuccess(RespWriter reply) => reply.Integer(_present);
}
