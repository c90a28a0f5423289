using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

internal delegate void ReadReply(RespWriter reply, in ReadResult result, long wallClock);

internal delegate void EditReplyWriter(RespWriter reply, in EditResult result);

/// <summary>
/// How the result of a command on one key becomes its reply, where it did not fail. Shapes are made once; a running
/// command only points to its own.
/// </summary>
internal sealed class ReplyShape
{
    /// <summary>A plain put that was acknowledged.</summary>
    public static ReplyShape Done { get; } = new();

    public static ReplyShape OneIfApplied { get; } = new()
    {
        Edit = (reply, in result) => reply.Integer(result.Reply.Applied ? 1 : 0),
    };

    /// <summary>A length, or a bit.</summary>
    public static ReplyShape Number { get; } = new()
    {
        Edit = (reply, in result) => reply.Integer(result.Reply.Number),
    };

    public ReadReply? Read { get; init; }

    public EditReplyWriter? Edit { get; init; }
}
