using System.Text;
using System.Text.Json;
using Xunit;

namespace Quorate.Tests.Cli;

public sealed class ClientVerbTests
{
    private const string Status =
        """
        {"id":"0000000000000001","name":"n1","zone":"default","state":"ready","clusterId":"00000000000000aa","epoch":1,"start":2,"durability":"fsync",
        "entries":12,"bytes":34,"hints":5,"hintsDropped":1,"unfit":0,"space":{"segments":3,"diskBytes":5242880,"deadBytes":1048576},"coordinated":{"reads":5,"writes":7,"repairs":0,"restamps":0,"failures":0},"uptimeSeconds":3,
        "peers":[{"address":"127.0.0.1:7402","id":"02","name":"n2","connected":false,"clockOffsetMilliseconds":null,"problem":"connection refused","state":"suspect","since":1764000000000,"hints":{"counted":2,"uncounted":3,"bytes":450,"handedOver":7,"underWay":1}}],
        "gossip":{"health":1,"sent":20,"received":19,"malformed":0,"foreign":0,"strangers":0,"sendFailures":0},
        "repair":{"pausedSince":1764000000000,"bytesPerSecond":16777216,"movedBytes":1048576,"pass":{"state":"done","isNow":false,"partitions":2048,"compared":1024,"differing":3,"fetched":4,"given":5,"seconds":1.5,"notCompared":[]}},
        "tombstones":{"held":4,"goneUpTo":1764000000000,"heldBackBy":"'n2' does not answer","tooOld":0}}
        """;

    [Fact]
    public async Task Get_prints_the_value()
    {
        using var node = new FakeNode("$5\r\nvalue\r\n");

        Shell.Result got = await Shell.RunAsync("get", "key", "--node", node.Address);

        Assert.Equal(new Shell.Result(0, "value\n", ""), got);
        Assert.Equal("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n", await node.HeardAsync());
    }

    [Fact]
    public async Task Get_of_a_missing_key_is_1()
    {
        using var node = new FakeNode("$-1\r\n");

        Shell.Result got = await Shell.RunAsync("get", "key", "--node", node.Address);

        Assert.Equal(new Shell.Result(1, "", $"there is no value under 'key'{System.Environment.NewLine}"), got);
    }

    [Fact]
    public async Task Json_says_text_as_text_and_bytes_as_base64()
    {
        using var text = new FakeNode("$3\r\na\"b\r\n");
        using var bytes = new FakeNode([(byte)'$', (byte)'1', 13, 10, 0xff, 13, 10]);
        using var missing = new FakeNode("$-1\r\n");

        Assert.Equal("a\"b", JsonOf(await Shell.RunAsync("get", "key", "--json", "--node", text.Address)).GetProperty("value").GetString());
        Assert.Equal("/w==", JsonOf(await Shell.RunAsync("get", "key", "--json", "--node", bytes.Address)).GetProperty("valueBase64").GetString());
        Assert.False(JsonOf(await Shell.RunAsync("get", "key", "--json", "--node", missing.Address)).GetProperty("found").GetBoolean());
    }

    [Fact]
    public async Task Put_takes_its_value_from_the_line_or_from_standard_input()
    {
        using var line = new FakeNode("+OK\r\n");
        using var input = new FakeNode("+OK\r\n");

        Assert.Equal(new Shell.Result(0, "stored\n", ""), await Shell.RunAsync("put", "key", "v", "--node", line.Address));
        Assert.Equal(0, (await Shell.RunWithInputAsync("piped", "put", "key", "--node", input.Address)).ExitCode);
        Assert.EndsWith("SET\r\n$3\r\nkey\r\n$1\r\nv\r\n", await line.HeardAsync());
        Assert.EndsWith("SET\r\n$3\r\nkey\r\n$5\r\npiped\r\n", await input.HeardAsync());
    }

    [Fact]
    public async Task Del_tells_whether_there_was_a_value()
    {
        using var there = new FakeNode(":1\r\n");
        using var gone = new FakeNode(":0\r\n");

        Assert.Equal((0, "deleted\n"), Brief(await Shell.RunAsync("del", "key", "--node", there.Address)));
        Assert.Equal((1, ""), Brief(await Shell.RunAsync("del", "key", "--node", gone.Address)));
    }

    [Theory]
    [InlineData("UNAVAILABLE 1 of 3 replicas confirmed", 3)]
    [InlineData("OVERLOADED too many requests", 3)]
    [InlineData("CLOCKDRIFT correct its clock", 3)]
    [InlineData("TIMEOUT 1 of 3 replicas confirmed; outcome unknown", 4)]
    [InlineData("WRONGTYPE Operation against a key", 2)]
    [InlineData("ERR value is above the size limit", 2)]
    public async Task A_failure_is_told_in_the_nodes_words_and_by_the_exit_code(string error, int exitCode)
    {
        using var node = new FakeNode($"-{error}\r\n");

        Assert.Equal(new Shell.Result(exitCode, "", error + System.Environment.NewLine), await Shell.RunAsync("put", "key", "v", "--node", node.Address));
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_3_and_says_what_to_try()
    {
        using var gone = new FakeNode("");
        string address = gone.Address;
        gone.Dispose();

        Shell.Result got = await Shell.RunAsync("get", "key", "--node", address);

        Assert.Equal(3, got.ExitCode);
        Assert.Contains($"no node at {address}", got.Errors);
        Assert.Contains("start a cluster with 'quorate dev'", got.Errors);
    }

    [Fact]
    public async Task A_node_that_dies_before_it_answers_leaves_a_write_unknown_but_not_a_read()
    {
        using var read = new FakeNode("");
        using var write = new FakeNode("");

        Assert.Equal(3, (await Shell.RunAsync("get", "key", "--node", read.Address)).ExitCode);
        Shell.Result put = await Shell.RunAsync("put", "key", "v", "--node", write.Address);
        Assert.Equal(4, put.ExitCode);
        Assert.Contains("may or may not have been written", put.Errors);
    }

    [Fact]
    public async Task What_is_no_redis_is_told_so()
    {
        using var node = new FakeNode("HTTP/1.1 400 Bad Request\r\n\r\n");

        Shell.Result got = await Shell.RunAsync("status", "--node", node.Address);

        Assert.Equal(3, got.ExitCode);
        Assert.Contains("that is no RESP", got.Errors);
    }

    [Fact]
    public async Task Status_is_a_table_of_plain_lines_where_output_is_piped()
    {
        using var node = new FakeNode($"${Encoding.UTF8.GetByteCount(Status)}\r\n{Status}\r\n");

        Shell.Result status = await Shell.RunAsync("status", "--node", node.Address);

        Assert.Equal(0, status.ExitCode);
        Assert.Contains("cluster           00000000000000aa, epoch 1\n", status.Output);
        Assert.Contains("5.0 MiB on disk: 0.0 MiB live, 1.0 MiB dead, 3 segments\n", status.Output);
        Assert.Contains("gossip            19 received, 20 sent, health 1\n", status.Output);
        Assert.Contains("tombstones        4 kept, those before 2025-11-24 16:00:00 UTC are gone; held back: 'n2' does not answer\n", status.Output);
        Assert.Contains("hints             5 kept for others, 1 dropped\n", status.Output);
        Assert.Contains(
            "anti-entropy      paused since 2025-11-24 16:00:00 UTC, 1.0 MiB moved, at most 16.0 MiB/s; eager pass done: 1024 of 2048 partitions compared, 3 differed\n",
            status.Output);
        Assert.Contains("5 (2 counted), 7 handed over, 1 under way\n", status.Output);
        Assert.Contains("n2    127.0.0.1:7402  suspect since 2025-11-24 16:00:00 UTC  not connected: connection refused", status.Output);
    }

    [Fact]
    public async Task Status_as_json_is_what_the_node_said()
    {
        using var node = new FakeNode($"${Encoding.UTF8.GetByteCount(Status)}\r\n{Status}\r\n");

        JsonElement status = JsonOf(await Shell.RunAsync("status", "--json", "--node", node.Address));

        Assert.Equal(7, status.GetProperty("coordinated").GetProperty("writes").GetInt32());
    }

    [Fact]
    public async Task Ring_shows_where_a_key_lives()
    {
        const string place = """{"keyspace":"default","key":"k","slot":7629,"partition":476,"epoch":1,"homeReplicas":["n2","n1"],"fallbacks":[]}""";
        using var node = new FakeNode($"${place.Length}\r\n{place}\r\n");

        Shell.Result ring = await Shell.RunAsync("ring", "k", "--node", node.Address);

        Assert.Equal(0, ring.ExitCode);
        Assert.Contains("partition      476\n", ring.Output);
        Assert.Contains("home replicas  n2, n1\n", ring.Output);
        Assert.EndsWith("QUORATE.RING\r\n$1\r\nk\r\n", await node.HeardAsync());
    }

    [Fact]
    public async Task Explain_prints_the_nodes_lines()
    {
        using var node = new FakeNode("*3\r\n$-1\r\n$10\r\nOk: 2 of 3\r\n$5\r\nn1 us\r\n");

        Shell.Result explained = await Shell.RunAsync("explain", "k", "--node", node.Address);

        Assert.Equal(new Shell.Result(0, "(missing)\nOk: 2 of 3\nn1 us\n", ""), explained);
    }

    [Theory]
    [InlineData("repair")]
    [InlineData("repair", "pause")]
    public async Task Repair_without_a_node_is_3_and_says_what_to_try(params string[] words)
    {
        Shell.Result got = await Shell.RunAsync([.. words, "--node", "127.0.0.1:1"]);

        Assert.Equal((3, ""), Brief(got));
        Assert.Contains("start a cluster with 'quorate dev', or name a node with --node", got.Errors);
    }

    [Fact]
    public async Task Repair_pause_tells_each_node_and_names_those_that_it_cannot_tell()
    {
        const string report = """{"name":"n1","repair":{},"members":[{"name":"n1","resp":"127.0.0.1:1"},{"name":"n2","resp":"127.0.0.1:1"},{"name":"n3","resp":""}]}""";
        using var node = new FakeNode($"${report.Length}\r\n{report}\r\n", "+OK\r\n");

        Shell.Result got = await Shell.RunAsync("repair", "pause", "--node", node.Address);

        Assert.Equal((3, "n1 paused\n"), Brief(got));
        Assert.Contains("n2: not reached at 127.0.0.1:1", got.Errors);
        Assert.Contains("n3: it has no Redis listener", got.Errors);
        Assert.EndsWith("QUORATE.REPAIR\r\n$5\r\nPAUSE\r\n", await node.HeardAsync());
    }

    private static JsonElement JsonOf(Shell.Result result) => JsonSerializer.Deserialize<JsonElement>(result.Output);

    private static (int, string) Brief(Shell.Result result) => (result.ExitCode, result.Output);
}
