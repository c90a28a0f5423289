using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Quorate.Coordinator;
using Quorate.Core.Placement;
using Quorate.Server.Facade;

namespace Quorate.Server.Http;

/// <summary>What a node says of itself and of its cluster.</summary>
internal static class NodeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder node = routes.MapGroup("").WithTags("Node");
        node.MapGet("/node", ([FromServices] AdminFacade admin) => admin.StatusAsync())
            .WithSummary("This node")
            .WithDescription("Entries count client keyspaces, tombstones included. Peers are seen from here.");
        node.MapGet("/cluster", GetCluster)
            .WithSummary("The cluster")
            .WithDescription("Its members and where they are reached, and the share of the partitions each is first home replica of.");
        node.MapGet("/healthz", () => TypedResults.Text("ok\n"))
            .WithSummary("Whether the process lives");
        node.MapGet("/readyz", GetReady)
            .WithSummary("Whether the node serves")
            .WithDescription("200 once the cluster is formed and the listeners are open, else 503 with what it waits for.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> GetReady([FromServices] AdminFacade admin) =>
        await admin.WhyNotReadyAsync() is { } reason ? Problems.NotReady(reason) : TypedResults.Text("ready\n");

    private static async Task<ClusterView> GetCluster([FromServices] AdminFacade admin)
    {
        NodeStatus status = await admin.StatusAsync();
        return ClusterView.Of(status, await admin.TopologyAsync());
    }
}
