using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>Outcomes as exceptions.</summary>
internal static class Failure
{
    public static void ThrowUnlessOk(in DatabaseAnswer answer, bool isWrite)
    {
        if (!answer.Outcome.IsOk) throw Of(answer, isWrite);
    }

    private static QuorateException Of(in DatabaseAnswer answer, bool isWrite) => answer.Outcome.Kind switch
    {
        OutcomeKind.Unavailable => new UnavailableException(answer),
        OutcomeKind.Overloaded => new OverloadedException(answer),
        OutcomeKind.ClockDrift => new ClockDriftException(answer),
        OutcomeKind.WrongType => new WrongTypeException(answer),
        OutcomeKind.TooLarge => new TooLargeException(answer),
        OutcomeKind.Invalid => new InvalidRequestException(answer),
        OutcomeKind.TimedOut => isWrite ? new OutcomeUnknownException(answer) : new ReadTimedOutException(answer),
        _ => throw new InvalidOperationException($"{answer.Outcome.Kind} is no failure."),
    };
}
