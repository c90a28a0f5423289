using System.Text;
using BenchmarkDotNet.Attributes;
using Quorate.Resp.Protocol;

namespace Quorate.Benchmarks;

/// <summary>A SET of a pipeline of 16 that arrived at once: found, and its words looked at.</summary>
public class RespParsing
{
    private const int Pipeline = 16;
    private readonly RespReader _reader = new(RespLimits.Default);
    private readonly byte[] _received = Sets();

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int Set()
    {
        int bytes = 0;
        ReadOnlySpan<byte> rest = _received;
        while (rest.Length > 0)
        {
            if (_reader.Read(rest) != ParseStep.Command) throw new InvalidOperationException(_reader.Problem);
            Arguments words = _reader.ArgumentsIn(rest);
            bytes += words[0].Length + words[1].Length + words[2].Length;
            rest = rest[_reader.Length..];
            _reader.Take();
        }

        return bytes;
    }

    private static byte[] Sets()
    {
        Keys keys = Keys.Shuffled(Pipeline);
        List<byte> bytes = [];
        for (int i = 0; i < Pipeline; i++)
        {
            bytes.AddRange(Encoding.ASCII.GetBytes($"*3\r\n$3\r\nSET\r\n${keys[i].Length}\r\n"));
            bytes.AddRange(keys[i]);
            bytes.AddRange(Encoding.ASCII.GetBytes($"\r\n${Registers.Value.Length}\r\n"));
            bytes.AddRange(Registers.Value);
            bytes.AddRange("\r\n"u8);
        }

        return [.. bytes];
    }
}
