using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Quorate.Client;
using Quorate.Core.Quorum;
using Xunit;

// The page's examples give no token.
#pragma warning disable xUnit1051

namespace Quorate.SystemTests;

/// <summary>The examples of docs/operating/dotnet-client.md, as they are there.</summary>
public sealed partial class DotnetClientPageTests(SharedCluster shared)
{
    private readonly string nodes = $"127.0.0.1:{shared.Cluster.PortBase + 1001},127.0.0.1:{shared.Cluster.PortBase + 1002}";

    [Fact]
    public async Task Every_example_of_the_page_is_in_this_file()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(Here())!, "../../docs/operating/dotnet-client.md"));
        string here = Lines(await File.ReadAllTextAsync(Here()));
        MatchCollection examples = Example().Matches(page);

        Assert.Equal(6, examples.Count);
        Assert.All(examples, example => Assert.Contains(Lines(example.Groups[1].Value), here));
    }

    [Fact]
    public async Task The_examples_of_requests_do_what_they_say()
    {
        await using QuorateClient client = await QuorateClient.ConnectAsync(nodes); // "10.0.0.1:7401,10.0.0.2:7401"
        QuorateKeyspace carts = client.Keyspace();                                  // "default"; client.Keyspaces names them all

        await carts.PutAsync("cart:42", new Cart("ada", ["apple", "pear"]), timeToLive: TimeSpan.FromDays(30));
        GetResult<Cart> cart = await carts.GetAsync<Cart>("cart:42");
        if (cart.Found) Console.WriteLine($"{cart.Value!.Owner}: {cart.Value.Items.Length} items, version {cart.Version}");

        await carts.ExpireAsync("cart:42", TimeSpan.FromHours(1)); // another end for the same value
        await carts.DeleteAsync("cart:42");
        Assert.Equal(2, cart.Value!.Items.Length);

        var quick = new RequestOptions { R = ConsistencyLevel.Of(1), W = ConsistencyLevel.Of(1), TimeoutMilliseconds = 1_000 };
        PutResult put = await carts.PutAsync("cart:43", "3 apples"u8.ToArray(), options: quick);
        GetResult bytes = await carts.GetAsync("cart:43", quick);
        Console.WriteLine($"{bytes.Version} of {bytes.Answered} of {bytes.Asked} replicas, {bytes.Repaired} repaired; written to {put.Answered}");

        try
        {
            await carts.PutAsync("cart:44", new Cart("bob", []));
        }
        catch (OutcomeUnknownException unknown)
        {
            Console.WriteLine($"{unknown.Confirmed} of {unknown.Needed} confirmed: {string.Join(", ", unknown.Replicas)}");
        }

        QuorateSession session = client.Session(capacity: 100); // keys it remembers; further ones are written and read at QUORUM
        await session.Keyspace().PutAsync("cart:45", new Cart("eve", ["plum"]), options: quick);
        string token = session.ToToken();                       // at most 4 KB for 100 keys: into a cookie, say

        QuorateSession later = client.Session(token);           // in another process
        GetResult<Cart> own = await later.Keyspace().GetAsync<Cart>("cart:45", quick);
        Assert.Equal("eve", own.Value!.Owner);
    }

    [Fact]
    public async Task The_example_of_a_host_does_what_it_says()
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        services.AddQuorateClient(nodes, options => options.MaxRequests = 10_000); // QuorateClient, and QuorateDatabase: the same without its end
        services.AddQuorateDistributedCache(keyspace: "1");                        // IDistributedCache
        services.AddHealthChecks().AddCheck<QuorateHealthCheck>("quorate");

        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IDistributedCache>().SetStringAsync("k", "v");
        Assert.True((await provider.GetRequiredService<QuorateDatabase>().Keyspace("1").GetAsync("cache:k")).Found);
    }

    private static string Lines(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    private sealed record Cart(string Owner, string[] Items);
}
