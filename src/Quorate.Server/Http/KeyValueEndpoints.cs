using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Quorate.Coordinator;
using Quorate.Coordinator.Facade;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Server.Facade;

namespace Quorate.Server.Http;

/// <summary>
/// <c>/kv/{keyspace}/{key}</c>: one key of one keyspace, its value the raw body.
/// </summary>
internal sealed class KeyValueEndpoints(DatabaseFacade database, AdminFacade admin, Limits limits, MemoryBudget budget)
{
    private const string Octets = "application/octet-stream";
    private const int MaxContentTypeLength = byte.MaxValue;

    /// <summary>What changes a write's meaning and is not there: ignored, it would write what was not asked for.</summary>
    private static readonly string[] NotTaken =
        [HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfUnmodifiedSince, HeaderNames.ContentRange, HeaderNames.ContentEncoding];

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder keys = routes.MapGroup("/kv").WithTags("Keys");
        Describe(keys.MapGet(
            "/{keyspace}/{**key}",
            (HttpContext context, [AsParameters] KeyValueParameters parameters, [FromServices] KeyValueEndpoints endpoints) => endpoints.Get(context, parameters)))
            .WithSummary("Read a value")
            .WithDescription("Answers the newest value that R replicas know. 404 only when R of them answered and none has a value.")
            .Produces<byte[]>(StatusCodes.Status200OK, Octets)
            .ProducesProblem(StatusCodes.Status404NotFound);
        Describe(keys.MapMethods(
            "/{keyspace}/{**key}",
            [HttpMethods.Head],
            (HttpContext context, [AsParameters] KeyValueParameters parameters, [FromServices] KeyValueEndpoints endpoints) => endpoints.Get(context, parameters)))
            .WithSummary("Read a value's headers")
            .WithDescription("As GET, without the value.")
            .Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status404NotFound);
        Describe(keys.MapPut(
            "/{keyspace}/{**key}",
            (HttpContext context, [AsParameters] KeyValueParameters parameters, [FromServices] KeyValueEndpoints endpoints) => endpoints.Put(context, parameters)))
            .WithSummary("Write a value")
            .WithDescription("The body, whatever it is, with its content type. Answered when W replicas have stored it. Conditions, ranges and encodings are refused.")
            .Accepts<byte[]>(Octets, "*/*")
            .Produces(StatusCodes.Status204NoContent);
        Describe(keys.MapDelete(
            "/{keyspace}/{**key}",
            (HttpContext context, [AsParameters] KeyValueParameters parameters, [FromServices] KeyValueEndpoints endpoints) => endpoints.Delete(context, parameters)))
            .WithSummary("Delete a value")
            .WithDescription("Answered when W replicas have stored the deletion, whether there was a value or not.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private async Task<IResult> Get(HttpContext context, KeyValueParameters parameters)
    {
        if (Refuse(context, parameters, out Target target) is { } refused) return refused;
        DatabaseAnswer answer = await database.GetAsync(target.Keyspace, target.Key, target.Options);
        if (!answer.Outcome.IsOk) return Problems.OfFailure(answer);

        SetHeaders(context.Response, answer);
        context.Response.Headers["Quorate-Repaired"] = $"{answer.Repaired}";
        if (!answer.Found) return Problems.Missing(answer);

        // A reader that takes its time holds the value in memory: that is bounded too.
        if (!budget.TryTake(answer.Value.Length)) return Problems.OfFailure(DatabaseAnswer.Failed(OutcomeKind.Overloaded));
        context.Response.RegisterForDispose(new Charge(budget, answer.Value.Length));
        context.Response.Headers.XContentTypeOptions = "nosniff";
        string contentType = answer.ContentType.IsEmpty ? Octets : Encoding.ASCII.GetString(answer.ContentType.Span);
        return TypedResults.Bytes(answer.Value, contentType);
    }

    private async Task<IResult> Put(HttpContext context, KeyValueParameters parameters)
    {
        if (RefuseWrite(context, parameters, out Target target) is { } refused) return refused;
        string contentType = context.Request.ContentType ?? "";
        if (contentType.Length > MaxContentTypeLength || !Ascii.IsValid(contentType))
            return Problems.BadRequest($"the content type is kept with the value: give at most {MaxContentTypeLength} ASCII characters");

        using var body = new RequestBody(budget);
        OutcomeKind read = await body.ReadAsync(context, limits.MaxValueBytes);
        if (read != OutcomeKind.Ok) return Problems.OfFailure(DatabaseAnswer.Failed(read));
        return Written(
            context,
            await database.PutAsync(target.Keyspace, target.Key, body.Bytes, Encoding.ASCII.GetBytes(contentType), target.Ttl, target.Options));
    }

    private async Task<IResult> Delete(HttpContext context, KeyValueParameters parameters)
    {
        if (RefuseWrite(context, parameters, out Target target) is { } refused) return refused;
        return Written(context, await database.DeleteAsync(target.Keyspace, target.Key, target.Options));
    }

    private static IResult Written(HttpContext context, in DatabaseAnswer answer)
    {
        if (!answer.Outcome.IsOk) return Problems.OfFailure(answer);
        SetHeaders(context.Response, answer);
        return TypedResults.NoContent();
    }

    private static void SetHeaders(HttpResponse response, in DatabaseAnswer answer)
    {
        if (answer.Version != Version.None) response.Headers["Quorate-Version"] = answer.Version.ToString();
        response.Headers["Quorate-Acks"] = $"{answer.Outcome.Confirmed}/{answer.Outcome.Replicas}";
    }

    /// <returns>Null where the request makes sense.</returns>
    private IResult? RefuseWrite(HttpContext context, KeyValueParameters parameters, out Target target)
    {
        if (Refuse(context, parameters, out target) is { } refused) return refused;
        string? header = NotTaken.FirstOrDefault(context.Request.Headers.ContainsKey);
        return header is null ? null : Problems.BadRequest($"{header} is not there: a write is whole, of the bytes as they are and without conditions; nothing was written");
    }

    /// <returns>Null where the request makes sense.</returns>
    private IResult? Refuse(HttpContext context, KeyValueParameters parameters, out Target target)
    {
        target = default;
        if (!admin.IsReady) return Problems.NotReady(FailureText.NotReady);
        string rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!KeyTarget.TryParse(rawTarget, out string name, out byte[] key, out string problem)) return Problems.BadRequest(problem);
        if (!database.Keyspaces.TryFind(name, out int keyspace)) return Problems.NoSuchKeyspace(name, database.Keyspaces);
        if (parameters.Read(context.Request.Query, out RequestOptions options, out long ttl) is { } wrong) return Problems.BadRequest(wrong);
        target = new Target(keyspace, key, options, ttl);
        return null;
    }

    private readonly record struct Target(int Keyspace, byte[] Key, RequestOptions Options, long Ttl);

    private sealed class Charge(MemoryBudget budget, long bytes) : IDisposable
    {
        public void Dispose() => budget.GiveBack(bytes);
    }
}
