using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;
using Xunit;

namespace Quorate.Tests.Resp;

public class ReplyRingTests
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ReplyRing _ring;

    public ReplyRingTests() => _ring = new ReplyRing(_output, new ReplyBufferPool());

    [Fact]
    public void Replies_leave_in_the_order_of_their_commands_whatever_order_they_end_in()
    {
        Prop.ForAll(Gen.Shuffle(Enumerable.Range(0, 100).ToArray()).ToArbitrary(), order =>
        {
            var output = new ArrayBufferWriter<byte>();
            var ring = new ReplyRing(output, new ReplyBufferPool());
            uint[] places = [.. order.Select(_ => ring.Add())];
            foreach (int index in order) End(ring, places[index], $"{index} ");

            Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(index => $"{index} ")), Encoding.ASCII.GetString(output.WrittenSpan));
            Assert.True(ring.IsEmpty);
            Assert.Equal(0, ring.BufferedBytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_oldest_reply_is_written_straight_to_the_connection()
    {
        uint first = _ring.Add();
        uint second = _ring.Add();

        Assert.Same(_output, _ring.Begin(first));
        Assert.NotSame(_output, _ring.Begin(second));
    }

    [Fact]
    public void Replies_that_take_no_time_share_one_place()
    {
        uint running = _ring.Add();
        for (int i = 0; i < 1000; i++) _ring.BeginAtEnd().Write("x"u8);

        Assert.Equal(2, _ring.Count);
        Assert.Equal(1000, _ring.BufferedBytes);
        End(_ring, running, "first ");
        Assert.Equal("first " + new string('x', 1000), Encoding.ASCII.GetString(_output.WrittenSpan));
        Assert.Equal(0, _ring.BufferedBytes);
    }

    [Fact]
    public void A_reply_that_is_given_twice_is_a_bug()
    {
        _ring.Add();
        uint second = _ring.Add();
        End(_ring, second, "b");

        Assert.Throws<InvalidOperationException>(() => End(_ring, second, "b"));
        Assert.Throws<InvalidOperationException>(() => _ring[99].Protocol);
    }

    [Fact]
    public void It_wraps_around_for_ever()
    {
        for (int i = 0; i < 10_000; i++)
        {
            uint first = _ring.Add(), second = _ring.Add();
            End(_ring, second, "2");
            End(_ring, first, "1");
        }

        Assert.Equal(20_000, _output.WrittenCount);
    }

    private static void End(ReplyRing ring, uint place, string text)
    {
        new RespWriter(ring.Begin(place), 2).Raw(Encoding.ASCII.GetBytes(text));
        ring.Complete(place);
    }
}
