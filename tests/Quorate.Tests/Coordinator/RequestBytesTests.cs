using Quorate.Coordinator.Requests;
using Xunit;

namespace Quorate.Tests.Coordinator;

public sealed class RequestBytesTests
{
    private readonly HeldBytes _held = new();

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    [InlineData(0)]
    public void The_key_stays_whatever_payload_takes_the_place_of_the_one_before(int length)
    {
        var bytes = new RequestBytes(_held);
        bytes.SetKey("key"u8);
        bytes.SetPayload("first"u8, " payload"u8);
        Assert.Equal("first payload"u8, bytes.Payload);

        bytes.SetPayload(Bytes(length), Bytes(3));

        Assert.Equal("key"u8, bytes.Key);
        Assert.Equal([.. Bytes(length), .. Bytes(3)], bytes.Payload);
        Assert.Equal(3 + length + 3, _held.Total);
    }

    [Fact]
    public void A_cleared_one_holds_nothing_and_a_new_key_has_no_payload()
    {
        var bytes = new RequestBytes(_held);
        bytes.SetKey("a longer key"u8);
        bytes.SetPayload(Bytes(5_000));
        bytes.Clear();
        Assert.Equal((0, 0, 0), (bytes.Key.Length, bytes.Payload.Length, _held.Total));

        bytes.SetKey("key"u8);

        Assert.Equal("key"u8, bytes.Key);
        Assert.True(bytes.Payload.IsEmpty);
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
