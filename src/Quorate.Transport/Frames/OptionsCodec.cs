using Quorate.Core.Quorum;

namespace Quorate.Transport.Frames;

/// <summary>What a request says for itself: R and W (1 each), timeout (4), fanout (1), explain (1), kind of quorum (1).</summary>
internal static class OptionsCodec
{
    public const int Size = 4 + sizeof(int) + 1;

    public static void Write(ref FrameWriter frame, in RequestOptions options)
    {
        frame.Byte(options.R.Code);
        frame.Byte(options.W.Code);
        frame.Int32(options.TimeoutMilliseconds);
        frame.Byte((byte)options.Fanout);
        frame.Bool(options.Explain);
        frame.Byte((byte)options.Quorum);
    }

    public static RequestOptions Read(scoped ref BodyReader body)
    {
        ConsistencyLevel r = ReadLevel(ref body);
        ConsistencyLevel w = ReadLevel(ref body);
        int timeout = body.Int32();
        if (timeout is < 0 or > RequestOptions.MaxTimeout) throw new ProtocolException($"a timeout of {timeout} ms is not allowed");
        var fanout = (Fanout)body.Byte();
        if (fanout > Fanout.All) throw new ProtocolException($"unknown fanout {(byte)fanout}");
        bool explain = body.Bool();
        var quorum = (QuorumKind)body.Byte();
        if (quorum > QuorumKind.Sloppy) throw new ProtocolException($"unknown kind of quorum {(byte)quorum}");
        return new RequestOptions(r, w, timeout, fanout, explain, quorum);
    }

    private static ConsistencyLevel ReadLevel(scoped ref BodyReader body)
    {
        byte code = body.Byte();
        return ConsistencyLevel.TryFromCode(code, out ConsistencyLevel level)
            ? level
            : throw new ProtocolException($"unknown consistency level {code}");
    }
}
