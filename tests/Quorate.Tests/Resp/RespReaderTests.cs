using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public class RespReaderTests
{
    private static readonly RespLimits Limits = RespLimits.Default;

    [Fact]
    public void Every_split_of_a_pipeline_gives_the_same_commands()
    {
        byte[] pipeline =
        [
            .. TestClient.Encode("SET", "key", "a value\r\nof two lines"), .. "PING\r\n"u8, .. TestClient.Encode("GET", ""),
            .. "\r\n"u8, .. "*0\r\n"u8, .. "set 'a b' \"\\x41\\n\"\n"u8, .. TestClient.Encode("MSET", "a", "1", "b", new string('x', 300)),
            .. "*-1\r\n"u8, .. TestClient.Encode("PING"),
        ];
        string[] whole = ReadAll([pipeline]);
        Assert.Equal(["SET|key|a value\r\nof two lines", "PING", "GET|", "", "", "set|a b|A\n", "MSET|a|1|b|" + new string('x', 300), "", "PING"], whole);

        for (int cut = 1; cut < pipeline.Length; cut++) Assert.Equal(whole, ReadAll([pipeline[..cut], pipeline[cut..]]));
        Assert.Equal(whole, ReadAll(pipeline.Select(next => new[] { next })));
    }

    // The words are those of Redis 7.0.15 to the same bytes.
    [Theory]
    [InlineData("*abc\r\n", "invalid multibulk length")]
    [InlineData("*\r\n", "invalid multibulk length")]
    [InlineData("*01\r\n", "invalid multibulk length")]
    [InlineData("*+1\r\n", "invalid multibulk length")]
    [InlineData("*2147483648\r\n", "invalid multibulk length")]
    [InlineData("*1048577\r\n", "invalid multibulk length")]
    [InlineData("*1111111111111111111111111111111111111111", "too big mbulk count string")]
    [InlineData("*1\r\nPING\r\n", "expected '$', got 'P'")]
    [InlineData("*1\r\n\u0001", "expected '$', got '?'")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$abc\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$67108865\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$999999999999999999999999\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$1111111111111111111111111111111111111111", "too big bulk count string")]
    [InlineData("*1\r\n$67108860\r\n", "too big request, above 67108864 bytes")]
    [InlineData("PING \"abc\r\n", "unbalanced quotes in request")]
    [InlineData("PING 'abc\r\n", "unbalanced quotes in request")]
    [InlineData("PING \"abc\"d\r\n", "unbalanced quotes in request")]
    public void What_is_not_RESP_is_refused_in_Redis_words(string bytes, string problem)
    {
        var reader = new RespReader(Limits);

        Assert.Equal(ParseStep.Malformed, reader.Read(Encoding.Latin1.GetBytes(bytes)));
        Assert.Equal("Protocol error: " + problem, reader.Problem);
    }

    [Fact]
    public void A_line_longer_than_64_KiB_is_refused_with_or_without_its_end()
    {
        foreach (string end in new[] { "", "\r\n" })
        {
            var reader = new RespReader(Limits);

            Assert.Equal(ParseStep.Malformed, reader.Read(Encoding.ASCII.GetBytes(new string('a', 70_000) + end)));
            Assert.Equal("Protocol error: too big inline request", reader.Problem);
        }
    }

    [Theory]
    [InlineData("PING", "PING")]
    [InlineData("  PING  a  ", "PING|a")]
    [InlineData("PING \"a\\x41\\n\\\"b\\q\"", "PING|aA\n\"bq")]
    [InlineData("PING 'a\\'b\\n'", "PING|a'b\\n")]
    [InlineData("PING \"\"", "PING|")]
    [InlineData("PING \"\\xZZ\"", "PING|xZZ")]
    [InlineData("   ", "")]
    public void A_typed_line_is_split_as_Redis_splits_it(string line, string words) =>
        Assert.Equal([words], ReadAll([Encoding.Latin1.GetBytes(line + "\r\n")]));

    [Fact]
    public void It_says_how_many_bytes_a_value_needs()
    {
        var reader = new RespReader(Limits);
        byte[] command = TestClient.Encode("SET", "k", new string('x', 1000));

        Assert.Equal(ParseStep.NeedMore, reader.Read(command.AsSpan(0, 40)));
        Assert.Equal(command.Length, reader.Wanted);
    }

    [Fact]
    public void A_command_of_a_hundred_thousand_words_is_read_once_however_it_comes()
    {
        byte[] command = TestClient.Encode([.. Enumerable.Repeat("w", 100_000)]);
        var reader = new RespReader(Limits);

        // Reading anew from the start at each of these would look at 35 thousand million bytes.
        for (int shown = 10; shown < command.Length; shown += 10) Assert.Equal(ParseStep.NeedMore, reader.Read(command.AsSpan(0, shown)));
        Assert.Equal(ParseStep.Command, reader.Read(command));
        Assert.Equal(100_000, reader.ArgumentsIn(command).Count);
    }

    [Fact]
    public void An_announced_size_is_not_allocated_before_its_bytes_come()
    {
        var reader = new RespReader(Limits);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(ParseStep.NeedMore, reader.Read("*1048576\r\n$60000000\r\n"u8));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void No_bytes_throw_and_each_read_makes_progress()
    {
        // Bytes that RESP is made of, and others, so that the fuzz gets beyond the first.
        Gen<byte[]> bytes = Gen.ArrayOf(Gen.Frequency(
            (8, Gen.Elements("*$\r\n0123-'\"\\x "u8.ToArray())), (1, Gen.Choose(0, 255).Select(value => (byte)value))));
        Prop.ForAll(bytes.ToArbitrary(), input =>
        {
            var reader = new RespReader(Limits);
            ReadOnlySpan<byte> rest = input;
            while (!rest.IsEmpty && reader.Read(rest) == ParseStep.Command)
            {
                Assert.InRange(reader.Length, 1, rest.Length);
                rest = rest[reader.Length..];
                reader.Take();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("-0", null)]
    [InlineData("00", null)]
    [InlineData("+1", null)]
    [InlineData(" 1", null)]
    [InlineData("1 ", null)]
    [InlineData("1e3", null)]
    public void Integers_are_read_as_Redis_reads_them(string text, long? number)
    {
        Assert.Equal(number is not null, RespNumber.TryParse(Encoding.ASCII.GetBytes(text), out long parsed));
        Assert.Equal(number ?? 0, parsed);
    }

    /// <summary>Commands as "word|word", from bytes that come in pieces.</summary>
    private static string[] ReadAll(IEnumerable<byte[]> pieces)
    {
        var reader = new RespReader(Limits);
        var commands = new List<string>();
        byte[] pending = [];
        foreach (byte[] piece in pieces)
        {
            pending = [.. pending, .. piece];
            while (pending.Length > 0)
            {
                ParseStep step = reader.Read(pending);
                if (step == ParseStep.NeedMore) Assert.True(reader.Wanted > pending.Length);
                if (step != ParseStep.Command) break;
                Arguments arguments = reader.ArgumentsIn(pending);
                var words = new List<string>();
                for (int i = 0; i < arguments.Count; i++) words.Add(Encoding.Latin1.GetString(arguments[i]));
                commands.Add(string.Join('|', words));
                pending = pending[reader.Length..];
                reader.Take();
            }
        }

        Assert.Empty(pending);
        return [.. commands];
    }
}
