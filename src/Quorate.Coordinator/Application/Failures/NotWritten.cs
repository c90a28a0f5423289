using Quorate.Coordinator.Facade;

namespace Quorate;

/// <summary>The request was refused, and no replica stored anything or ever will: it can be made again.</summary>
public abstract class NotWrittenException : QuorateException
{
    private protected NotWrittenException(string message)
        : base(message)
    {
    }

    private protected NotWrittenException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>Too few replicas can be reached, or are fit, for what was asked; or no node of the cluster could be reached at all.</summary>
public sealed class UnavailableException : NotWrittenException
{
    /// <summary>For who found it out before a coordinator was there to say so.</summary>
    /// <param name="message">Whom it tried to reach, and what became of it.</param>
    public UnavailableException(string message)
        : base(message)
    {
    }

    internal UnavailableException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>This client has too much in flight, or replicas have: make the request again a little later.</summary>
public sealed class OverloadedException : NotWrittenException
{
    internal OverloadedException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>Key or value is above the limit.</summary>
public sealed class TooLargeException : NotWrittenException
{
    internal TooLargeException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>The key holds another kind of value.</summary>
public sealed class WrongTypeException : NotWrittenException
{
    internal WrongTypeException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>The coordinator's clock, in direct routing this machine's, differs from most nodes' by more than 500 ms: correct it.</summary>
public sealed class ClockDriftException : NotWrittenException
{
    internal ClockDriftException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}

/// <summary>Asked for something that this cluster cannot mean, such as R above N.</summary>
public sealed class InvalidRequestException : NotWrittenException
{
    internal InvalidRequestException(in DatabaseAnswer answer)
        : base(answer)
    {
    }
}
