using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>HTTP and Redis are two ways to the same data.</summary>
public sealed class HttpTests(SharedCluster shared)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_put_by_http_is_read_by_redis_and_the_other_way_round()
    {
        DevCluster cluster = shared.Cluster;
        using var http = new HttpClient();
        using RedisConnection redis = await RedisConnection.OpenAsync(cluster.RespPort(3));

        HttpResponseMessage put = await http.PutAsync(new Uri(cluster.Http(1), "/kv/default/from%20http?w=ALL"), new StringContent("by http"), Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal("3/3", put.Headers.GetValues("Quorate-Acks").Single());
        Assert.Equal("by http", await redis.AskAsync("GET", "from http"));

        Assert.Equal("OK", await redis.AskAsync("SET", "from redis", "by redis"));
        Assert.Equal("by redis", await http.GetStringAsync(new Uri(cluster.Http(2), "/kv/default/from%20redis"), Cancelled));

        JsonElement members = await http.GetFromJsonAsync<JsonElement>(new Uri(cluster.Http(2), "/cluster"), Cancelled);
        Assert.Equal(3, members.GetProperty("members").GetArrayLength());
        JsonElement node = await http.GetFromJsonAsync<JsonElement>(new Uri(cluster.Http(1), "/node"), Cancelled);
        Assert.InRange(node.GetProperty("entries").GetInt64(), 2, long.MaxValue);
        Assert.InRange(node.GetProperty("coordinated").GetProperty("writes").GetInt64(), 1, long.MaxValue);
    }

    [Fact]
    public async Task With_two_of_three_dead_it_is_503_and_says_who()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        await cluster.KillAsync(2);
        await cluster.KillAsync(3);
        using var http = new HttpClient();

        HttpResponseMessage put = await http.PutAsync(new Uri(cluster.Http(1), "/kv/default/k"), new StringContent("v"), Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, put.StatusCode);
        JsonElement problem = await put.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Contains("2 needed", problem.GetProperty("detail").GetString());
        Assert.Equal(2, problem.GetProperty("replicas").EnumerateArray().Count(replica => replica.GetProperty("verdict").GetString() == "notConnected"));
    }
}
