using System.Buffers;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Tests.Transport.Frames;
using Quorate.Transport.Frames;
using Quorate.Transport.Gossip;
using Xunit;

namespace Quorate.Tests.Transport.Gossip;

public sealed class SwimCodecTests
{
    [Fact]
    public void A_message_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        SwimMessage written = any.Swim();
        ClusterId cluster = any.Cluster();
        SwimMessage read = SwimCodec.Read(Written(cluster, written), cluster)!;
        Assert.Equal(written with { Updates = [] }, read with { Updates = [] });
        Assert.Equal(written.Updates, read.Updates);
    });

    [Fact]
    public void An_update_takes_the_bytes_it_says() => AnyMessage.ForAll(any =>
    {
        SwimMessage message = any.Swim();
        int without = Written(default, message with { Updates = [] }).Length;
        Assert.Equal(without + message.Updates.Sum(update => update.Size), Written(default, message).Length);
    });

    [Fact]
    public void The_largest_message_that_Swim_makes_fits_a_datagram()
    {
        MemberUpdate empty = Update("");
        MemberUpdate one = Update(new string('x', MemberUpdate.MaxSize - empty.Size)), rest = Update(new string('x', SwimMessage.UpdateBudget - 2 * MemberUpdate.MaxSize - empty.Size));
        Assert.Equal(MemberUpdate.MaxSize, one.Size);
        byte[] datagram = Written(default, new SwimMessage(SwimMessageKind.Gossip, one, default, 0, default, [one, rest]));
        Assert.InRange(datagram.Length, SwimMessage.UpdateBudget, SwimCodec.MaxDatagram);
    }

    [Fact]
    public void A_message_of_another_cluster_is_none() => AnyMessage.ForAll(any =>
        Assert.Null(SwimCodec.Read(Written(new ClusterId(1), any.Swim()), new ClusterId(2))));

    [Fact]
    public void Before_there_is_a_cluster_nothing_is_read() =>
        Assert.Null(SwimCodec.Read(Written(default, new AnyMessage(1).Swim()), null));

    [Fact]
    public void Every_truncation_and_every_flipped_bit_is_refused() => AnyMessage.ForAll(any =>
    {
        byte[] datagram = Written(default, any.Swim());
        for (int length = 0; length < datagram.Length; length++) Refuses(datagram.AsSpan(0, length));
        for (int bit = 0; bit < datagram.Length * 8; bit++)
        {
            datagram[bit / 8] ^= (byte)(1 << bit % 8);
            Refuses(datagram);
            datagram[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Refuses([.. datagram, 0]);
    });

    [Fact]
    public void Another_version_and_a_sender_that_is_dead_are_refused()
    {
        SwimMessage message = new AnyMessage(1).Swim();
        byte[] dead = Written(default, message with { Sender = message.Sender with { State = MemberState.Dead } });
        Assert.Contains("sender", Assert.Throws<ProtocolException>(() => SwimCodec.Read(dead, default(ClusterId))).Message);

        byte[] body = Written(default, message)[Frame.HeaderSize..];
        body[0] = SwimCodec.Version + 1;
        Assert.Contains("version", Assert.Throws<ProtocolException>(() => SwimCodec.ReadBody(body, default(ClusterId))).Message);
    }

    private static void Refuses(ReadOnlySpan<byte> datagram)
    {
        byte[] bytes = datagram.ToArray();
        Assert.Throws<ProtocolException>(() => SwimCodec.Read(bytes, default(ClusterId)));
    }

    private static byte[] Written(ClusterId cluster, SwimMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        SwimCodec.Write(output, cluster, message);
        return output.WrittenSpan.ToArray();
    }

    private static MemberUpdate Update(string name) =>
        new(new Member(default, name, "", 1, new Endpoints("", "", "", "")), default, MemberState.Alive, default);
}
