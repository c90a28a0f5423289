using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Quorate.Server.Http;

/// <summary>The HTTP interface of a node that <c>AddQuorateNode</c> hosts.</summary>
public static class QuorateEndpoints
{
    /// <summary>Maps <c>/kv</c>, <c>/node</c>, <c>/cluster</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/openapi/v1.json</c>.</summary>
    public static IEndpointRouteBuilder MapQuorate(this IEndpointRouteBuilder routes)
    {
        KeyValueEndpoints.Map(routes);
        NodeEndpoints.Map(routes);
        routes.MapOpenApi("/openapi/{documentName}.json");
        return routes;
    }
}
