using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

public delegate void ReadReply(RespWriter reply, in ReadResult result, long wallClock);

public delegate void EditReplyWriter(RespWriter reply, in EditResult result);

/// <summary>
/// How the result of a command on one key becomes its reply, where it did not fail. Shapes are made once; a running
/// command only points to its own.
/// </summary>
public sealed class ReplyShape
{
    /// <summary>A plain put that was acknowledged.</summary>
    public static ReplyShape Done { get; } = new();

    public ReadReply? Read { get; init; }

    public EditReplyWriter? Edit { get; init; }
}
