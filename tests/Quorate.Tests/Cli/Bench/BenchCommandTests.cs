using System.Text.Json;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class BenchCommandTests
{
    private static readonly string[] Small = ["--keys", "50", "--seconds", "1", "--connections", "4"];

    [Fact]
    public async Task A_run_loads_measures_and_reads_back()
    {
        using var store = new FakeStore((store, words) => store.Honest(words));

        Shell.Result result = await BenchAsync(store, "--verify", "--json", "--pipeline", "3", "--value-bytes", "64");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(result.Output);
        Assert.Equal(50, store.Values.Count);
        Assert.All(store.Values.Values, value => Assert.Equal(64, value.Length));
        long gets = report.GetProperty("gets").GetProperty("count").GetInt64();
        long puts = report.GetProperty("puts").GetProperty("count").GetInt64();
        Assert.True(gets > 0 && puts > 0);
        Assert.Equal(gets + puts, report.GetProperty("all").GetProperty("count").GetInt64());
        Assert.Equal(gets + 50, report.GetProperty("verify").GetProperty("checked").GetInt64());
        Assert.Equal(0, report.GetProperty("verify").GetProperty("wrong").GetInt64());
        Assert.Equal(0, report.GetProperty("verify").GetProperty("unread").GetInt64());
        Assert.Equal(0, report.GetProperty("missing").GetInt64());
    }

    [Fact]
    public async Task A_write_that_is_acknowledged_and_lost_is_found_out()
    {
        int puts = 0;
        using var store = new FakeStore((store, words) => words[0] == "SET" && Interlocked.Increment(ref puts) % 10 == 0 ? "+OK\r\n" : store.Honest(words));

        Shell.Result result = await BenchAsync(store, "--verify", "--op", "put");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(" wrong", result.Errors);
        Assert.Contains("bench:0000000000", result.Errors);
    }

    [Fact]
    public async Task Errors_are_counted_and_a_write_of_unknown_outcome_is_not_held_against_anybody()
    {
        int puts = 0;
        using var store = new FakeStore((store, words) =>
        {
            if (words[0] == "GET") return store.Honest(words);
            switch (Interlocked.Increment(ref puts) % 10)
            {
                case 0:
                    store.Honest(words);
                    return "-TIMEOUT 1 of 3 replicas confirmed; outcome unknown\r\n";
                case 5:
                    return "-UNAVAILABLE 0 of 3 replicas confirmed\r\n";
                default:
                    return store.Honest(words);
            }
        });

        Shell.Result result = await BenchAsync(store, "--verify", "--json");

        Assert.Equal(0, result.ExitCode);
        JsonElement errors = JsonSerializer.Deserialize<JsonElement>(result.Output).GetProperty("errors");
        Assert.True(errors.GetProperty("TIMEOUT").GetProperty("count").GetInt64() > 0);
        Assert.Equal("UNAVAILABLE 0 of 3 replicas confirmed", errors.GetProperty("UNAVAILABLE").GetProperty("example").GetString());
    }

    [Fact]
    public async Task When_a_connection_breaks_the_next_node_takes_over()
    {
        int left = 200;
        using var dies = new FakeStore((store, words) => null);
        using var stays = new FakeStore((store, words) =>
        {
            if (Interlocked.Decrement(ref left) == 0) dies.Dispose();
            return store.Honest(words);
        });

        Shell.Result result = await BenchAsync(stays, "--node", dies.Address, "--op", "get");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("get ", result.Output);
        Assert.Equal(50, stays.Values.Count);
    }

    [Fact]
    public async Task An_open_loop_asks_as_often_as_it_was_told()
    {
        using var store = new FakeStore((store, words) => store.Honest(words));

        Shell.Result result = await BenchAsync(store, "--rate", "100", "--op", "get", "--json");

        JsonElement report = JsonSerializer.Deserialize<JsonElement>(result.Output);
        long asked = report.GetProperty("gets").GetProperty("count").GetInt64() + report.GetProperty("unsent").GetInt64();
        Assert.InRange(asked, 100, 101 + report.GetProperty("seconds").GetDouble() * 100 - 100);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("puts").ValueKind);
    }

    [Fact]
    public async Task An_error_while_an_open_loop_warms_up_is_told_too()
    {
        int gets = 0;
        using var store = new FakeStore((store, words) => words[0] == "GET" && Interlocked.Increment(ref gets) == 1 ? "-UNAVAILABLE at first\r\n" : store.Honest(words));

        Shell.Result result = await BenchAsync(store, "--rate", "100", "--op", "get");

        Assert.Contains("1 UNAVAILABLE", result.Output);
    }

    [Fact]
    public async Task What_is_no_reply_costs_the_connection_and_is_counted()
    {
        int gets = 0;
        using var store = new FakeStore((store, words) => words[0] == "GET" && Interlocked.Increment(ref gets) == 20 ? ":1\r\n" : store.Honest(words));

        Shell.Result result = await BenchAsync(store, "--op", "get");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("1 PROTOCOL, the first: PROTOCOL the answer is no reply to it", result.Output);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_3_and_says_what_to_try()
    {
        var gone = new FakeStore((_, _) => null);
        string address = gone.Address;
        gone.Dispose();

        Shell.Result result = await Shell.RunAsync("bench", "--node", address);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"no node at {address}", result.Errors);
    }

    private static Task<Shell.Result> BenchAsync(FakeStore store, params string[] arguments) =>
        Shell.RunAsync(["bench", "--node", store.Address, .. Small, .. arguments]);
}
