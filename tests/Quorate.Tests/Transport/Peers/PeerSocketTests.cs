using System.Buffers;
using System.Net.Sockets;
using Quorate.Core;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Tests.Transport.Loop;
using Quorate.Transport.Frames;
using Quorate.Transport.Peers;
using Xunit;

namespace Quorate.Tests.Transport.Peers;

/// <summary>Peers over real sockets: what strangers may do to the port, and what they may not.</summary>
public sealed class PeerSocketTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("select")]
    public async Task Two_nodes_exchange_requests_over_sockets(string driver)
    {
        using var running = new RunningLoop(driver);
        (FakeHost a, FakeHost b) = (new FakeHost("a"), new FakeHost("b") { Value = new byte[5_000_000] });
        string address = FreeAddress();
        await running.On(() =>
        {
            NetworkAt(running, address).Open(b, []);
            NetworkAt(running, "127.0.0.1:0").Open(a, [address]);
        });
        await running.Until(() => a.Up.Count == 1);
        await running.On(() =>
        {
            for (uint i = 0; i < 1_000; i++) a.Up[0].Count(new CountRequest(0, default), new OperationId(i, 0, 0));
            a.Up[0].Get(new GetRequest(0, default, "key"u8, int.MaxValue), new OperationId(1, 0, 0));
        });
        await running.Until(() => a.Events[^1] == "get 1: Answered 5000000");
        Assert.Equal(1_000, a.Events.Count(text => text.StartsWith("count", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Hostile_bytes_close_their_connection_and_nothing_else()
    {
        using var running = new RunningLoop();
        (FakeHost a, FakeHost b) = (new FakeHost("a"), new FakeHost("b"));
        string address = FreeAddress();
        await running.On(() =>
        {
            NetworkAt(running, address).Open(b, []);
            NetworkAt(running, "127.0.0.1:0").Open(a, [address]);
        });
        await running.Until(() => a.Up.Count == 1);

        byte[] hello = Written(output => HandshakeCodec.Write(output, MessageType.Hello, a.Hello));
        byte[] huge = [255, 255, 255, 255, 0, 0, 0, 0, 16, 0];
        byte[] http = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();
        byte[] unexpected = Written(output => PutCodec.WriteReply(output, default, new PutReply(Verdict.Stored, default, 1)));
        var random = new Random(1);
        List<byte[]> attacks = [huge, http, unexpected, [.. hello, .. hello], [.. hello, .. huge], [.. hello, .. http]];
        for (int i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(10, 5_000)];
            random.NextBytes(garbage);
            garbage[3] |= 0x80; // else a short length waits for more until the handshake's time is over
            attacks.Add(garbage);
            attacks.Add([.. hello, .. garbage]);
        }

        foreach (byte[] attack in attacks)
        {
            using Socket stranger = RunningLoop.Dial(address);
            stranger.Send(attack);
            Assert.True(stranger.IsClosedByOther());
        }

        await running.On(() => a.Up[0].Count(new CountRequest(0, default), new OperationId(5, 0, 0)));
        await running.Until(() => a.Events[^1] == "count 5: Answered 3");
        Assert.Equal(["up " + address + " b", "count 5: Answered 3"], a.Events);
        Assert.Empty(await running.On(running.Log.ToArray));
    }

    private static PeerNetwork NetworkAt(RunningLoop running, string address) =>
        new(running.Loop.Network, running.Loop, address, Limits.Default, new Random(1));

    /// <summary>A port that was free a moment ago.</summary>
    private static string FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
