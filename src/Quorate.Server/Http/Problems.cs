using System.Globalization;
using Microsoft.AspNetCore.Http;
using Quorate.Coordinator;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate.Server.Http;

/// <summary>Failures as problem details (RFC 9457): whose and how many, for people and for programs.</summary>
internal static class Problems
{
    /// <summary>What one replica had to say, as it stands under <c>replicas</c>.</summary>
    public sealed record ReplicaVerdict(string Name, string Verdict);

    public static IResult BadRequest(string detail) => Make(StatusCodes.Status400BadRequest, "bad-request", "Bad request", detail);

    public static IResult NoSuchKeyspace(string name, KeyspaceTable known) => Make(
        StatusCodes.Status404NotFound,
        "no-such-keyspace",
        "No such keyspace",
        $"there is no keyspace '{name}': there are {string.Join(", ", known.All.Select(keyspace => keyspace.Name))}");

    public static IResult NotReady(string reason) => Make(StatusCodes.Status503ServiceUnavailable, "not-ready", "Not ready", reason);

    /// <summary>As many replicas as were needed answered, and none of them has a live value.</summary>
    public static IResult Missing(in DatabaseAnswer answer)
    {
        Outcome outcome = answer.Outcome;
        int asked = Replicas(answer).Count(rank => outcome.Verdicts[rank] != Verdict.None);
        string what = answer.Version == Version.None ? "have nothing under this key" : $"have no value under this key; it was deleted or has expired (version {answer.Version})";
        string detail = $"{asked} of {outcome.Replicas} replicas were asked, {outcome.Confirmed} answered, and they {what}";
        return Make(StatusCodes.Status404NotFound, "missing", "Missing", detail, [.. Counts(answer), new("asked", asked)]);
    }

    public static IResult OfFailure(in DatabaseAnswer answer)
    {
        Outcome outcome = answer.Outcome;
        (int status, string title) = outcome.Kind switch
        {
            OutcomeKind.Unavailable => (StatusCodes.Status503ServiceUnavailable, "Unavailable"),
            OutcomeKind.ClockDrift => (StatusCodes.Status503ServiceUnavailable, "Clock drift"),
            OutcomeKind.TimedOut => (StatusCodes.Status504GatewayTimeout, "Timed out"),
            OutcomeKind.Overloaded => (StatusCodes.Status429TooManyRequests, "Overloaded"),
            OutcomeKind.TooLarge => (StatusCodes.Status413PayloadTooLarge, "Too large"),
            OutcomeKind.WrongType => (StatusCodes.Status409Conflict, "Wrong type"),
            OutcomeKind.Invalid => (StatusCodes.Status400BadRequest, "Invalid"),
            _ => throw new InvalidOperationException($"{outcome.Kind} is no failure."),
        };
        string type = title.ToLower(CultureInfo.InvariantCulture).Replace(' ', '-');
        return Make(status, type, title, FailureText.Describe(outcome, answer.Location), Counts(answer));
    }

    private static IEnumerable<int> Replicas(DatabaseAnswer answer) =>
        Enumerable.Range(0, answer.Location.Topology is null ? 0 : answer.Outcome.Replicas);

    private static KeyValuePair<string, object?>[] Counts(DatabaseAnswer answer) =>
    [
        new("needed", answer.Outcome.Needed),
        new("confirmed", answer.Outcome.Confirmed),
        new("replicas", Replicas(answer).Select(rank => new ReplicaVerdict(answer.Location.NameOf(rank), Text(answer.Outcome.Verdicts[rank]))).ToArray()),
    ];

    private static string Text(Verdict verdict) =>
        verdict == Verdict.None ? "notAsked" : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString());

    private static IResult Make(int status, string type, string title, string detail, params KeyValuePair<string, object?>[] extensions) =>
        TypedResults.Problem(detail, instance: null, status, title, $"urn:quorate:problem:{type}", extensions);
}
