namespace Quorate.Transport.Frames;

/// <summary>What a frame carries. The numbers are on the wire.</summary>
public enum MessageType : byte
{
    /// <summary>From who dialled: who it is (<see cref="Core.Messages.Hello"/>).</summary>
    Hello = 1,

    /// <summary>A hello in answer: requests may follow.</summary>
    Welcome = 2,

    /// <summary>In answer to a hello: why not, in words. The connection ends.</summary>
    Refused = 3,

    /// <summary><see cref="Frames.Ping"/>, from who dialled.</summary>
    Ping = 4,

    /// <summary><see cref="Frames.Pong"/>.</summary>
    Pong = 5,

    /// <summary><see cref="Core.Messages.PutRequest"/>.</summary>
    Put = 16,

    /// <summary><see cref="Core.Messages.PutReply"/>.</summary>
    PutReply = 17,

    /// <summary><see cref="Core.Messages.GetRequest"/>.</summary>
    Get = 18,

    /// <summary><see cref="Core.Messages.GetReply"/>.</summary>
    GetReply = 19,

    /// <summary><see cref="Core.Messages.EditRequest"/>.</summary>
    Edit = 20,

    /// <summary><see cref="Core.Messages.EditReply"/>.</summary>
    EditReply = 21,

    /// <summary><see cref="Core.Messages.CountRequest"/>.</summary>
    Count = 22,

    /// <summary><see cref="Core.Messages.CountReply"/>.</summary>
    CountReply = 23,

    /// <summary><see cref="Core.Messages.ScanRequest"/>.</summary>
    Scan = 24,

    /// <summary><see cref="Core.Messages.ScanReply"/>.</summary>
    ScanReply = 25,

    /// <summary><see cref="Core.Messages.ClearRequest"/>.</summary>
    Clear = 26,

    /// <summary><see cref="Core.Messages.ClearReply"/>.</summary>
    ClearReply = 27,

    /// <summary><see cref="Core.Messages.WalkRequest"/>, from nodes only.</summary>
    Walk = 28,

    /// <summary><see cref="Core.Messages.WalkReply"/>.</summary>
    WalkReply = 29,

    /// <summary><see cref="Core.Messages.AskRequest"/>, from clients only.</summary>
    Ask = 30,

    /// <summary><see cref="Core.Messages.AskReply"/>.</summary>
    AskReply = 31,

    /// <summary><see cref="Core.Membership.SwimMessage"/>, in datagrams only.</summary>
    Swim = 32,
}
