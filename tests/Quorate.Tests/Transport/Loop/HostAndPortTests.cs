using Quorate.Transport.Loop;
using Xunit;

namespace Quorate.Tests.Transport.Loop;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("node_1.example:65535", "node_1.example", 65535)]
    [InlineData("127.0.0.1:0", "127.0.0.1", 0)]
    [InlineData("[::1]:7000", "::1", 7000)]
    public void An_address_is_taken_apart(string text, string host, int port) =>
        Assert.Equal(new HostAndPort(host, port), HostAndPort.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":1")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("local host:1")]
    [InlineData("::1:7000")]
    [InlineData("[::1:7000")]
    [InlineData("[[::1]]:7000")]
    [InlineData("[:7000")]
    [InlineData("[]:7000")]
    [InlineData("local\0host:1")]
    public void What_is_none_is_refused(string text) => Assert.Throws<FormatException>(() => HostAndPort.Parse(text));

    [Fact]
    public void A_name_that_no_resolver_takes_is_refused_in_few_words()
    {
        var refused = Assert.Throws<FormatException>(() => HostAndPort.Parse($"{new string('a', 60_000)}:1"));
        Assert.True(refused.Message.Length < 400);
    }
}
