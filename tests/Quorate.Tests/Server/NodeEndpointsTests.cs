using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Quorate.Tests.Server;

public sealed class NodeEndpointsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_describes_itself()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        JsonElement node = await http.Client.GetFromJsonAsync<JsonElement>("/node", Cancelled);

        Assert.Equal("0000000000000001", node.GetProperty("id").GetString());
        Assert.Equal("a", node.GetProperty("name").GetString());
        Assert.Equal("default", node.GetProperty("zone").GetString());
        Assert.Equal(12, node.GetProperty("entries").GetInt64());
        Assert.Equal(3456, node.GetProperty("bytes").GetInt64());
        Assert.Equal((5, 1), (node.GetProperty("hints").GetInt64(), node.GetProperty("hintsDropped").GetInt64()));
        JsonElement hints = node.GetProperty("peers")[0].GetProperty("hints");
        Assert.Equal((2, 3, 7), (hints.GetProperty("counted").GetInt64(), hints.GetProperty("uncounted").GetInt64(), hints.GetProperty("handedOver").GetInt64()));
        JsonElement space = node.GetProperty("space");
        Assert.Equal((5000, 1000), (space.GetProperty("diskBytes").GetInt64(), space.GetProperty("deadBytes").GetInt64()));
        Assert.Equal((2048, 4096), (space.GetProperty("valueMemoryBytes").GetInt64(), space.GetProperty("valueMemoryLimit").GetInt64()));
        Assert.Equal(5, node.GetProperty("coordinated").GetProperty("reads").GetInt64());
        Assert.Equal(7, node.GetProperty("coordinated").GetProperty("writes").GetInt64());
        Assert.Equal(42, node.GetProperty("uptimeSeconds").GetInt64());
    }

    [Fact]
    public async Task The_cluster_lists_its_members_and_their_shares()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        JsonElement cluster = await http.Client.GetFromJsonAsync<JsonElement>("/cluster", Cancelled);

        Assert.Equal("ready", cluster.GetProperty("state").GetString());
        Assert.Equal(7, cluster.GetProperty("epoch").GetInt32());
        Assert.Equal(16, cluster.GetProperty("clusterId").GetString()!.Length);
        JsonElement[] members = [.. cluster.GetProperty("members").EnumerateArray()];
        Assert.Equal(["a", "b", "c"], members.Select(member => member.GetProperty("name").GetString()));
        Assert.Equal("127.0.0.1:6401", members[0].GetProperty("endpoints").GetProperty("resp").GetString());
        Assert.Equal(1, members.Sum(member => member.GetProperty("firstHomeShare").GetDouble()), 3);
    }

    [Fact]
    public async Task A_node_is_ready_once_its_listeners_are_open_and_its_cluster_is_formed()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await http.Client.GetAsync("/readyz", Cancelled)).StatusCode);

        http.Admin.Topology = null;
        HttpResponseMessage forming = await http.Client.GetAsync("/readyz", Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, forming.StatusCode);
        Assert.Contains("127.0.0.1:7403 (connection refused)", await forming.Content.ReadAsStringAsync(Cancelled));

        http.AdminFacade.SetNotReady("the node is stopping");
        HttpResponseMessage stopping = await http.Client.GetAsync("/readyz", Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stopping.StatusCode);
        Assert.Contains("the node is stopping", await stopping.Content.ReadAsStringAsync(Cancelled));

        Assert.Equal(HttpStatusCode.OK, (await http.Client.GetAsync("/healthz", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_forming_cluster_shows_whom_it_waits_for()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        http.Admin.Topology = null;

        JsonElement cluster = await http.Client.GetFromJsonAsync<JsonElement>("/cluster", Cancelled);

        Assert.Equal("forming", cluster.GetProperty("state").GetString());
        Assert.Empty(cluster.GetProperty("members").EnumerateArray());
        Assert.Equal(2, cluster.GetProperty("peers").GetArrayLength());
    }

    [Fact]
    public async Task The_interface_describes_itself()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        JsonElement document = await http.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancelled);

        JsonElement paths = document.GetProperty("paths");
        Assert.Equal(
            ["/cluster", "/healthz", "/kv/{keyspace}/{key}", "/node", "/readyz"],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        JsonElement key = paths.GetProperty("/kv/{keyspace}/{key}");
        Assert.Equal(["delete", "get", "head", "put"], key.EnumerateObject().Select(method => method.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["fanout", "key", "keyspace", "r", "sloppy", "timeout", "ttl", "w"],
            key.GetProperty("put").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Order());
        Assert.True(key.GetProperty("put").TryGetProperty("requestBody", out _));
    }

    [Fact]
    public async Task An_unknown_path_is_a_problem_too()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        HttpResponseMessage answer = await http.Client.GetAsync("/nothing", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
