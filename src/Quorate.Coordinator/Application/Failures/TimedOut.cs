using Quorate.Coordinator.Facade;

namespace Quorate;

/// <summary>
/// Some replica may have stored the write, and too few have said so in time: it may be read from now on, or may not, or may come to light
/// later. Made again it does no harm, unless somebody else wrote in between.
/// </summary>
public sealed class OutcomeUnknownException : QuorateException
{
    internal OutcomeUnknownException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>Too few replicas answered a read in time.</summary>
public sealed class ReadTimedOutException : QuorateException
{
    internal ReadTimedOutException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}
