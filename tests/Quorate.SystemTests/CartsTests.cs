using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Quorate.SystemTests;

/// <summary>samples/Carts, as its README runs it.</summary>
public sealed class CartsTests
{
    [Fact]
    public async Task The_carts_of_the_sample_stay_writable_with_a_node_killed_and_say_so_when_there_is_no_quorum()
    {
        await using DevCluster cluster = await DevCluster.StartAsync();
        string nodes = string.Join(',', Enumerable.Range(1, 3).Select(node => $"127.0.0.1:{cluster.PortBase + 1000 + node}"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{DevCluster.FreePortBase() + 1}") };
        using Process carts = QuorateProcess.StartBuilt("Carts.dll", "--urls", http.BaseAddress.ToString(), "--nodes", nodes);
        try
        {
            await Eventually.TrueAsync(() => IsHealthyAsync(http), "the sample has found the cluster");

            // 1. Whole.
            await SetAsync(http, "apple", 3);
            await SetAsync(http, "tea", 1);
            Assert.Equal(["apple 3", "tea 1"], await ReadAsync(http));

            // 2. A node less: different items at once, and one that is there already.
            await cluster.KillAsync(3);
            await Task.WhenAll(SetAsync(http, "pear", 2), SetAsync(http, "bread", 1), SetAsync(http, "apple", 5), SetAsync(http, "tea", 0));
            Assert.Equal(["apple 5", "bread 1", "pear 2"], await ReadAsync(http));

            // 3. Without a quorum.
            await cluster.KillAsync(2);
            using HttpResponseMessage refused = await PutAsync(http, "coffee", 1);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("2 needed", await TextAsync(refused), StringComparison.Ordinal);
        }
        finally
        {
            await QuorateProcess.SignalAsync(carts.Id, "TERM");
        }

        Assert.Equal(0, (await QuorateProcess.EndOfAsync(carts)).ExitCode);
    }

    private static async Task SetAsync(HttpClient http, string sku, int quantity)
    {
        using HttpResponseMessage answer = await PutAsync(http, sku, quantity);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, $"{sku}: {answer.StatusCode} {await TextAsync(answer)}");
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient http, string sku, int quantity) =>
        http.PutAsync(new Uri($"/carts/ada/{sku}?quantity={quantity}", UriKind.Relative), content: null);

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    private static async Task<string[]> ReadAsync(HttpClient http)
    {
        JsonElement cart = await http.GetFromJsonAsync<JsonElement>(new Uri("/carts/ada", UriKind.Relative));
        return [.. cart.GetProperty("lines").EnumerateArray().Select(line => $"{line.GetProperty("sku").GetString()} {line.GetProperty("quantity").GetInt32()}")];
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
