using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>Failures as Redis clients see them: the first word is the code, the rest says whose and how many (law 7).</summary>
internal static class Failures
{
    public static void Write(RespWriter reply, in Outcome outcome, Location location) =>
        reply.Error($"{WordOf(outcome.Kind)} {TextOf(outcome, location)}");

    public static string TextOf(in Outcome outcome, Location location) => outcome.Kind == OutcomeKind.WrongType
        ? "Operation against a key holding the wrong kind of value"
        : FailureText.Describe(outcome, location);

    public static string WordOf(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Unavailable => "UNAVAILABLE",
        OutcomeKind.TimedOut => "TIMEOUT",
        OutcomeKind.Overloaded => "OVERLOADED",
        OutcomeKind.ClockDrift => "CLOCKDRIFT",
        OutcomeKind.WrongType => "WRONGTYPE",
        _ => "ERR",
    };
}
