using Xunit;

namespace Quorate.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--nodes takes 1 to 9", "dev", "--nodes", "10")]
    [InlineData("--nodes takes 1 to 9", "dev", "--nodes", "0")]
    [InlineData("--nodes takes 1 to 9", "dev", "--nodes", "three")]
    [InlineData("--seconds takes 1 to", "bench", "--seconds", "99999999999")]
    [InlineData("--rate takes 1 to", "bench", "--rate", "fast")]
    [InlineData("--zipf takes 0 to below 1", "bench", "--zipf", "some")]
    [InlineData("--port-base takes 1 to 63526", "dev", "--port-base", "65000")]
    [InlineData("--durability takes fsync, periodic or memory", "dev", "--durability", "none")]
    [InlineData("Required argument missing for command: 'get'", "get")]
    [InlineData("--node is 'nowhere': give HOST:PORT", "get", "key", "--node", "nowhere")]
    [InlineData("See 'quorate --help'", "unknown")]
    [InlineData("Resp is '0': give PORT or HOST:PORT", "server", "--resp", "0")]
    [InlineData("accept that with --insecure", "server", "--http", "10.0.0.1:8401")]
    [InlineData("Durability is 'never': give fsync, periodic or memory", "server", "--durability", "never")]
    public async Task What_makes_no_sense_is_2_and_says_so(string words, params string[] arguments)
    {
        Shell.Result result = await Shell.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Errors);
        Assert.Empty(result.Output);
    }
}
