namespace Quorate.Resp.Sessions;

/// <summary>Which replies a client wants (CLIENT REPLY).</summary>
internal enum ReplyMode : byte
{
    On,
    Off,

    /// <summary>Not to this command, nor to the next.</summary>
    SkipFromNow,

    /// <summary>Not to this one.</summary>
    SkipThis,
}
