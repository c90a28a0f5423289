namespace Quorate.Transport.Frames;

/// <summary>What a frame carries. The numbers are on the wire.</summary>
public enum MessageType : byte
{
    Hello = 1,
    Welcome = 2,
    Refused = 3,
    Ping = 4,
    Pong = 5,
    Put = 16,
    PutReply = 17,
    Get = 18,
    GetReply = 19,
    Edit = 20,
    EditReply = 21,
    Count = 22,
    CountReply = 23,
    Scan = 24,
    ScanReply = 25,
    Clear = 26,
    ClearReply = 27,
    Walk = 28,
    WalkReply = 29,
    Ask = 30,
    AskReply = 31,

    /// <summary>In datagrams only.</summary>
    Swim = 32,
}
