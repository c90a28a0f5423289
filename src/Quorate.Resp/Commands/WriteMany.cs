using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>MSET. Not atomic across keys, and says so where it fails halfway.</summary>
internal sealed class WriteMany(in CommandContext command) : ManyKeys(command)
{
    public override string Deed => "written";

    protected override void Start(int index) =>
        Database.Write(WriteCommand.Put(Keyspace, KeyAt(index), WordOf(index, 1), 0, Options), Session.Results, TokenOf(index));

    protected override void TakeWrite()
    {
    }

    protected override void WriteSuccess(RespWriter reply) => reply.Ok();
}
