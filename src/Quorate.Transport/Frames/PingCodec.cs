using System.Buffers;

namespace Quorate.Transport.Frames;

/// <summary>A ping carries the sender's clock and a pong brings it back, so that the sender remembers nothing.</summary>
/// <param name="Sent">The pinging side's monotonic ms.</param>
public readonly record struct Ping(long Sent);

/// <summary>The answer to a ping.</summary>
/// <param name="Ping">As it came.</param>
/// <param name="Wall">Unix ms of the answering side.</param>
public readonly record struct Pong(Ping Ping, long Wall);

/// <summary>Pings and pongs: what connections are kept alive with, and clocks compared.</summary>
public static class PingCodec
{
    /// <summary>Writes the frame of a ping.</summary>
    public static void Write(IBufferWriter<byte> output, Ping ping)
    {
        var frame = new FrameWriter(output, MessageType.Ping, sizeof(long));
        frame.Int64(ping.Sent);
        frame.End();
    }

    /// <summary>Reads a ping's body.</summary>
    /// <exception cref="ProtocolException">It is no ping.</exception>
    public static Ping Read(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var ping = new Ping(reader.Int64());
        reader.End();
        return ping;
    }

    /// <summary>Writes the frame of a pong.</summary>
    public static void WritePong(IBufferWriter<byte> output, Pong pong)
    {
        var frame = new FrameWriter(output, MessageType.Pong, 2 * sizeof(long));
        frame.Int64(pong.Ping.Sent);
        frame.Int64(pong.Wall);
        frame.End();
    }

    /// <summary>Reads a pong's body.</summary>
    /// <exception cref="ProtocolException">It is no pong.</exception>
    public static Pong ReadPong(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var pong = new Pong(new Ping(reader.Int64()), reader.Int64());
        reader.End();
        return pong;
    }
}
