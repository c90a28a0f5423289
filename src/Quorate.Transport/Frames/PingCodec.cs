using System.Buffers;

namespace Quorate.Transport.Frames;

/// <summary>A ping carries the sender's clock and a pong brings it back, so that the sender remembers nothing.</summary>
/// <param name="Sent">The pinging side's monotonic ms.</param>
public readonly record struct Ping(long Sent);

/// <param name="Wall">Unix ms of the answering side.</param>
public readonly record struct Pong(Ping Ping, long Wall);

public static class PingCodec
{
    public static void Write(IBufferWriter<byte> output, Ping ping)
    {
        var frame = new FrameWriter(output, MessageType.Ping, sizeof(long));
        frame.Int64(ping.Sent);
        frame.End();
    }

    /// <exception cref="ProtocolException">It is no ping.</exception>
    public static Ping Read(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var ping = new Ping(reader.Int64());
        reader.End();
        return ping;
    }

    public static void WritePong(IBufferWriter<byte> output, Pong pong)
    {
        var frame = new FrameWriter(output, MessageType.Pong, 2 * sizeof(long));
        frame.Int64(pong.Ping.Sent);
        frame.Int64(pong.Wall);
        frame.End();
    }

    /// <exception cref="ProtocolException">It is no pong.</exception>
    public static Pong ReadPong(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var pong = new Pong(new Ping(reader.Int64()), reader.Int64());
        reader.End();
        return pong;
    }
}
