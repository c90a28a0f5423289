using System.Buffers;
using System.Text;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public class RespWriterTests
{
    private delegate void Writing(RespWriter reply);

    [Fact]
    public void Each_type_has_its_bytes_in_both_protocols()
    {
        Check(reply => reply.Ok(), "+OK\r\n");
        Check(reply => reply.Simple("PONG"u8), "+PONG\r\n");
        Check(reply => reply.Error("ERR two\r\nlines"), "-ERR two  lines\r\n");
        Check(reply => reply.Integer(7), ":7\r\n");
        Check(reply => reply.Integer(long.MinValue), ":-9223372036854775808\r\n");
        Check(reply => reply.Bulk("a\r\nb"u8), "$4\r\na\r\nb\r\n");
        Check(reply => reply.Bulk(""u8), "$0\r\n\r\n");
        Check(reply => reply.Bulk("µ"), "$2\r\nµ\r\n");
        Check(reply => reply.Array(12), "*12\r\n");
        Check(reply => reply.Null(), "$-1\r\n", "_\r\n");
        Check(reply => reply.Map(3), "*6\r\n", "%3\r\n");
        Check(reply => reply.Set(3), "*3\r\n", "~3\r\n");
        Check(reply => reply.Push(3), "*3\r\n", ">3\r\n");
        Check(reply => reply.Verbatim("text"), "$4\r\ntext\r\n", "=8\r\ntxt:text\r\n");
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(1_000_000)]
    public void A_long_value_arrives_whole(int length)
    {
        string value = new('v', length);
        Check(reply => reply.Bulk(value), $"${length}\r\n{value}\r\n");
    }

    [Fact]
    public void Common_replies_allocate_nothing()
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        Assert.Equal(0, Allocation.OfWarm(() =>
        {
            output.ResetWrittenCount();
            for (int i = 0; i < 100; i++)
            {
                var reply = new RespWriter(output, 2);
                reply.Ok();
                reply.Null();
                reply.Integer(123_456);
                reply.Bulk("a value of some bytes"u8);
            }
        }));
    }

    private static void Check(Writing writing, string both) => Check(writing, both, both);

    private static void Check(Writing writing, string resp2, string resp3)
    {
        foreach ((int protocol, string expected) in new[] { (2, resp2), (3, resp3) })
        {
            var output = new ArrayBufferWriter<byte>();
            writing(new RespWriter(output, protocol));
            Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }
}
