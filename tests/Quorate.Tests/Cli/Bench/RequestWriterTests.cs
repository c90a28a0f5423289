using System.Buffers;
using System.Text;
using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class RequestWriterTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void A_get_names_its_key_and_leaves_nothing_of_the_one_before()
    {
        var writer = new RequestWriter(run: 1, valueBytes: 3, new Random(1));
        writer.Get(_output, 9_999_999);
        writer.Get(_output, 42);

        Assert.EndsWith("*2\r\n$3\r\nGET\r\n$18\r\nbench:000009999999\r\n*2\r\n$3\r\nGET\r\n$18\r\nbench:000000000042\r\n", Written());
        Assert.Equal("bench:000000000042", writer.KeyOf(42));
    }

    [Theory]
    [InlineData(ValueStamp.Size)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void A_value_has_its_size_and_says_who_wrote_it(int valueBytes)
    {
        new RequestWriter(run: 5, valueBytes, new Random(1)).Put(_output, key: 42, writer: 7, put: 1_234_567_890_123);

        Assert.StartsWith($"*3\r\n$3\r\nSET\r\n$18\r\nbench:000000000042\r\n${valueBytes}\r\n", Written());
        Assert.EndsWith("\r\n", Written());
        Assert.True(ValueStamp.TryRead(_output.WrittenSpan[^(valueBytes + 2)..^2], out ValueStamp stamp));
        Assert.Equal(new ValueStamp(5, 42, 7, 1_234_567_890_123), stamp);
    }

    [Fact]
    public void A_value_too_short_for_a_stamp_is_written_without()
    {
        new RequestWriter(run: 5, valueBytes: 1, new Random(1)).Put(_output, key: 0, writer: 0, put: 1);

        Assert.StartsWith("*3\r\n$3\r\nSET\r\n$18\r\nbench:000000000000\r\n$1\r\n", Written());
        Assert.False(ValueStamp.TryRead(_output.WrittenSpan[^3..^2], out _));
    }

    private string Written() => Encoding.Latin1.GetString(_output.WrittenSpan);
}
