using Carts;
using Quorate;
using Quorate.Client;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // What is left is worth reading: nodes found and lost.
builder.Services.AddQuorateClient(builder.Configuration["nodes"] ?? "127.0.0.1:7401,127.0.0.1:7402,127.0.0.1:7403");
builder.Services.AddSingleton<CartStore>();
builder.Services.AddHealthChecks().AddCheck<QuorateHealthCheck>("quorate");

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/catalogue", () => Catalogue.Items);

RouteGroupBuilder carts = app.MapGroup("/carts/{cart}").AddEndpointFilter<FailureFilter>();
carts.MapGet("/", (string cart, CartStore store, CancellationToken gone) => store.ReadAsync(cart, gone));
// Not stopped when the caller goes away: a write that is cut off may be stored, or not.
carts.MapPut("/{sku}", async Task<IResult> (string cart, string sku, int quantity, CartStore store) =>
{
    if (Catalogue.Find(sku) is not { } item) return TypedResults.Problem($"there is no '{sku}': see /catalogue", statusCode: 404);
    if (quantity is < 0 or > CartStore.MaxQuantity) return TypedResults.Problem($"quantity is 0 to {CartStore.MaxQuantity}", statusCode: 400);
    await store.SetAsync(cart, item, quantity);
    return TypedResults.NoContent();
});

await app.RunAsync();
