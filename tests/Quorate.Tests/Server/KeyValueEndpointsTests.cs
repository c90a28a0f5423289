using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quorate.Core;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Server;

public sealed class KeyValueEndpointsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_comes_back_with_its_bytes_its_type_and_the_words_of_the_quorum()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        var body = new ByteArrayContent([0, 255, 10, 13]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

        HttpResponseMessage put = await http.Client.PutAsync("/kv/default/picture", body, Cancelled);
        HttpResponseMessage got = await http.Client.GetAsync("/kv/default/picture", Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal("2/3", Header(put, "Quorate-Acks"));
        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal([0, 255, 10, 13], await got.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal("image/png", got.Content.Headers.ContentType?.ToString());
        Assert.Equal("2/3", Header(got, "Quorate-Acks"));
        Assert.Equal("1", Header(got, "Quorate-Repaired"));
        Assert.Equal(Header(put, "Quorate-Version"), Header(got, "Quorate-Version"));
    }

    [Fact]
    public async Task Head_says_what_get_says_without_the_value()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        await http.Client.PutAsync("/kv/default/k", new StringContent("five!"), Cancelled);

        HttpResponseMessage head = await http.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/kv/default/k"), Cancelled);
        HttpResponseMessage missing = await http.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/kv/default/none"), Cancelled);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(5, head.Content.Headers.ContentLength);
        Assert.Equal("text/plain; charset=utf-8", head.Content.Headers.ContentType?.ToString());
        Assert.NotEmpty(Header(head, "Quorate-Version"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_missing_value_says_how_many_replicas_were_asked()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        await http.Client.PutAsync("/kv/default/k", new StringContent("v"), Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, (await http.Client.DeleteAsync("/kv/default/k", Cancelled)).StatusCode);

        HttpResponseMessage missing = await http.Client.GetAsync("/kv/default/k", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("2/3", Header(missing, "Quorate-Acks"));
        JsonElement problem = await ProblemOf(missing);
        Assert.Contains("2 of 3 replicas were asked", problem.GetProperty("detail").GetString());
        Assert.Equal(2, problem.GetProperty("asked").GetInt32());
    }

    [Theory]
    [InlineData(OutcomeKind.Unavailable, 503)]
    [InlineData(OutcomeKind.ClockDrift, 503)]
    [InlineData(OutcomeKind.TimedOut, 504)]
    [InlineData(OutcomeKind.Overloaded, 429)]
    [InlineData(OutcomeKind.TooLarge, 413)]
    [InlineData(OutcomeKind.Invalid, 400)]
    [InlineData(OutcomeKind.WrongType, 409)]
    public async Task Every_failure_has_its_status_and_says_whose_and_how_many(OutcomeKind kind, int status)
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        http.Database.Next = kind;

        HttpResponseMessage[] answers =
        [
            await http.Client.GetAsync("/kv/default/k", Cancelled),
            await http.Client.PutAsync("/kv/default/k", new StringContent("v"), Cancelled),
            await http.Client.DeleteAsync("/kv/default/k", Cancelled),
        ];

        foreach (HttpResponseMessage answer in answers)
        {
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            JsonElement problem = await ProblemOf(answer);
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.Equal(1, problem.GetProperty("confirmed").GetInt32());
            Assert.Equal(2, problem.GetProperty("needed").GetInt32());
            JsonElement[] replicas = [.. problem.GetProperty("replicas").EnumerateArray()];
            Assert.Equal(["a", "b", "c"], replicas.Select(replica => replica.GetProperty("name").GetString()).Order());
            Assert.Equal("notConnected", replicas[1].GetProperty("verdict").GetString());
        }

        if (kind is OutcomeKind.Unavailable or OutcomeKind.TimedOut)
            Assert.Contains("1 of 3 replicas confirmed, 2 needed", (await ProblemOf(answers[1])).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_query_sets_what_the_request_asks_of_the_replicas()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        await http.Client.PutAsync("/kv/sessions/k?r=1&w=all&timeout=150&ttl=60000&fanout=all", new StringContent("v"), Cancelled);

        Assert.Equal(new RequestOptions(ConsistencyLevel.Of(1), ConsistencyLevel.All, 150, Fanout.All, false), http.Database.LastOptions);
        Assert.True(http.Database.Keyspaces.TryFind("sessions", out int sessions));
        Assert.Equal(sessions, http.Database.LastKeyspace);
        Assert.Equal(http.Database.WallClock + 60_000, http.Database.LastExpiresAt);

        await http.Client.GetAsync("/kv/default/k?r=&w=&timeout=&ttl=&fanout=", Cancelled);
        Assert.Equal(default, http.Database.LastOptions);
    }

    [Theory]
    [InlineData("r=0", "r is '0'")]
    [InlineData("w=MOST", "w is 'MOST'")]
    [InlineData("timeout=-1", "timeout is '-1'")]
    [InlineData("timeout=3600001", "timeout is '3600001'")]
    [InlineData("ttl=1.5", "ttl is '1.5'")]
    [InlineData("fanout=some", "fanout is 'some'")]
    [InlineData("tll=5", "unknown parameter 'tll'")]
    [InlineData("r=1&r=2", "r is '1,2'")]
    public async Task A_bad_parameter_is_named(string query, string words)
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        HttpResponseMessage answer = await http.Client.PutAsync($"/kv/default/k?{query}", new StringContent("v"), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, (await ProblemOf(answer)).GetProperty("detail").GetString());
        Assert.Empty(http.Database.LastKey);
    }

    [Theory]
    [InlineData("If-Match", "\"v1\"")]
    [InlineData("If-None-Match", "*")]
    [InlineData("If-Unmodified-Since", "Sun, 22 Nov 2026 14:00:00 GMT")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Range", "bytes 0-0/2")]
    public async Task A_write_whose_condition_or_encoding_would_be_ignored_is_refused(string header, string value)
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        var put = new HttpRequestMessage(HttpMethod.Put, "/kv/default/k") { Content = new StringContent("v") };
        if (!put.Headers.TryAddWithoutValidation(header, value)) put.Content.Headers.Add(header, value);

        HttpResponseMessage answer = await http.Client.SendAsync(put, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"{header} is not there", (await ProblemOf(answer)).GetProperty("detail").GetString());
        Assert.Empty(http.Database.LastKey);
    }

    [Fact]
    public async Task An_unknown_keyspace_is_told_which_there_are()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        HttpResponseMessage answer = await http.Client.GetAsync("/kv/nowhere/k", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("'nowhere': there are default, 1, 2", (await ProblemOf(answer)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Every_byte_can_stand_in_a_key()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        for (int value = 0; value < 256; value++)
        {
            string answer = await http.SendRawAsync($"PUT /kv/default/%{value:X2} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nv");

            Assert.StartsWith("HTTP/1.1 204", answer);
            Assert.Equal([(byte)value], http.Database.LastKey);
        }
    }

    [Theory]
    [InlineData("a%2Fb%3Fc%25", "a/b?c%")]
    [InlineData("a/b//c", "a/b//c")]
    [InlineData("%2e%2E", "..")]
    [InlineData("%2E%2E/%2E%2E/x", "../../x")]
    [InlineData("%ff%00%FE%2f", "\u00ff\0\u00fe/")]
    [InlineData("a+b", "a+b")]
    public async Task Escapes_in_a_key_are_bytes_and_nothing_else(string path, string latin1)
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        string answer = await http.SendRawAsync($"DELETE /kv/default/{path}?r=1 HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 204", answer);
        Assert.Equal(Encoding.Latin1.GetBytes(latin1), http.Database.LastKey);
    }

    [Theory]
    [InlineData("/kv/default/%zz")]
    [InlineData("/kv/default/a%2")]
    [InlineData("/kv/default/")]
    [InlineData("/kv/default")]
    public async Task A_path_without_a_whole_key_is_refused(string path)
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        string answer = await http.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("application/problem+json", answer);
    }

    [Fact]
    public async Task A_body_that_looks_like_a_request_line_is_kept_as_it_is()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();
        const string body = "PUT /kv/default/%00%25 HTTP/1.1\r\n";
        string first = $"PUT /kv/default/%01 HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        string second = $"PUT /kv/default/%02 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
        string third = "DELETE /kv/default/%00%2F HTTP/1.1\r\nHost: x\r\n\r\n";

        string answers = await http.SendRawAsync(first + second + third, answers: 3);

        Assert.Equal(3, answers.Split("HTTP/1.1 204").Length - 1);
        Assert.Equal([0, (byte)'/'], http.Database.LastKey);
        Assert.Equal(body, await http.Client.GetStringAsync("/kv/default/%01", Cancelled));
        Assert.Equal(body, await http.Client.GetStringAsync("/kv/default/%02", Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_value_above_the_limit_is_refused_however_it_is_sent(bool chunked)
    {
        await using HttpFixture http = await HttpFixture.StartAsync(new Limits(MaxKeyBytes: 100, MaxValueBytes: 100_000));
        async Task<HttpResponseMessage> Put(int size)
        {
            HttpContent content = chunked ? new StreamContent(new Unseekable(new byte[size])) : new ByteArrayContent(new byte[size]);
            return await http.Client.PutAsync("/kv/default/k", content, Cancelled);
        }

        HttpResponseMessage fits = await Put(100_000);
        HttpResponseMessage tooLarge = await Put(100_001);

        Assert.Equal(HttpStatusCode.NoContent, fits.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        Assert.Contains("above the size limit", (await ProblemOf(tooLarge)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_client_that_sends_a_far_too_large_body_still_hears_why()
    {
        await using HttpFixture http = await HttpFixture.StartAsync();

        HttpResponseMessage answer = await http.Client.PutAsync("/kv/default/k", new ByteArrayContent(new byte[17 * 1024 * 1024]), Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static string Header(HttpResponseMessage message, string name) => message.Headers.GetValues(name).Single();

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage message) =>
        JsonSerializer.Deserialize<JsonElement>(await message.Content.ReadAsByteArrayAsync(Cancelled));

    /// <summary>A stream whose length nobody knows, so that it is sent in chunks.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
