using System.Text;
using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class ReplyReaderTests
{
    [Theory]
    [InlineData("+OK\r\n", ReplyKind.Ok, "")]
    [InlineData("$5\r\nvalue\r\n", ReplyKind.Value, "value")]
    [InlineData("$2\r\n\r\n\r\n", ReplyKind.Value, "\r\n")]
    [InlineData("$0\r\n\r\n", ReplyKind.Value, "")]
    [InlineData("$-1\r\n", ReplyKind.Missing, "")]
    [InlineData("-TIMEOUT 1 of 3\r\n", ReplyKind.Error, "TIMEOUT 1 of 3")]
    public void A_reply_is_read_once_it_is_whole(string text, object kind, string content)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "+OK\r\n");
        int whole = text.Length;

        Assert.Equal((kind, content, whole), Read(bytes));
        for (int part = 0; part < whole; part++)
        {
            (ReplyKind partial, _, int wanted) = Read(bytes[..part]);
            Assert.Equal(ReplyKind.Incomplete, partial);
            Assert.InRange(wanted, part + 1, whole);
        }
    }

    [Fact]
    public void Of_a_value_the_whole_length_is_wanted_as_soon_as_it_is_known() =>
        Assert.Equal((ReplyKind.Incomplete, "", 6 + 100 + 2), Read("$100\r\nvalue"u8.ToArray()));

    [Theory]
    [InlineData(":1\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$99999999999\r\n")]
    public void What_is_no_reply_to_get_or_set_is_unexpected(string text) =>
        Assert.Equal(ReplyKind.Unexpected, Read(Encoding.UTF8.GetBytes(text)).Kind);

    private static (ReplyKind Kind, string Content, int Length) Read(byte[] bytes)
    {
        ReplyKind kind = ReplyReader.Read(bytes, out ReadOnlySpan<byte> content, out int length);
        return (kind, Encoding.UTF8.GetString(content), length);
    }
}
