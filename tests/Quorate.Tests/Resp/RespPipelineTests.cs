using System.Text;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public sealed class RespPipelineTests
{
    private static readonly string[][] Commands = [["SET", "key", "a value\r\nof two lines"], ["GET", ""], ["PING"], ["MSET", "a", "1", "b", new string('x', 300)]];

    [Fact]
    public void However_far_is_read_ahead_and_wherever_bytes_end_each_command_is_taken_once_and_in_order()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            string[][] sent = [.. Enumerable.Range(0, 60).Select(_ => Commands[random.Next(Commands.Length)])];
            byte[] bytes = [.. sent.SelectMany(words => TestClient.Encode(words))];

            Assert.Equal(sent.Select(words => string.Join('|', words)), TakeAll(bytes, random));
        }
    }

    [Fact]
    public void What_is_no_command_is_told_when_its_turn_comes_and_not_before()
    {
        var pipeline = new RespPipeline(RespLimits.Default);
        byte[] good = TestClient.Encode("PING");
        byte[] bytes = [.. good, .. "*abc\r\n"u8];
        Assert.Equal(ParseStep.Command, pipeline.Current.Read(bytes));
        Assert.False(pipeline.TryReadAhead(bytes.AsSpan(good.Length), out _));
        pipeline.Take();

        Assert.Equal(ParseStep.Malformed, pipeline.Current.Read(bytes.AsSpan(good.Length)));
    }

    /// <summary>As a session does: shows all that came and was not taken, and sometimes comes again for the same command.</summary>
    private static List<string> TakeAll(byte[] bytes, Random random)
    {
        var pipeline = new RespPipeline(RespLimits.Default);
        var taken = new List<string>();
        int start = 0, end = 0;
        while (start < bytes.Length)
        {
            end = Math.Min(bytes.Length, end + random.Next(1, 400));
            while (start < end && random.Next(10) > 0)
            {
                ReadOnlySpan<byte> rest = bytes.AsSpan(start, end - start);
                RespReader command = pipeline.Current;
                if (command.Read(rest) != ParseStep.Command) break;
                if (pipeline.Ahead == 0) ReadAhead(pipeline, rest[command.Length..], random.Next(20));
                if (random.Next(5) == 0) continue; // no room for now
                taken.Add(Text(command.ArgumentsIn(rest)));
                start += command.Length;
                pipeline.Take();
            }
        }

        return taken;
    }

    private static void ReadAhead(RespPipeline pipeline, ReadOnlySpan<byte> rest, int most)
    {
        while (pipeline.Ahead < most && pipeline.TryReadAhead(rest, out RespReader command)) rest = rest[command.Length..];
    }

    private static string Text(Arguments words)
    {
        string[] found = new string[words.Count];
        for (int i = 0; i < words.Count; i++) found[i] = Encoding.UTF8.GetString(words[i]);
        return string.Join('|', found);
    }
}
