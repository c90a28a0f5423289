using System.Buffers;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Gossip;

/// <summary>One message of SWIM as one datagram: a frame, checksum included, and nothing behind it.</summary>
public static class SwimCodec
{
    /// <summary>The least that is carried in one piece nearly everywhere, tunnels included.</summary>
    public const int MaxDatagram = 1_400;

    /// <summary>Raised with any change of the body.</summary>
    public const byte Version = 1;

    private const int FixedFields = 1 + sizeof(ulong) + 1 + sizeof(ulong) + sizeof(uint) + sizeof(ulong) + 1;

    /// <summary>Writes one datagram.</summary>
    /// <param name="output">Where the datagram goes.</param>
    /// <param name="cluster">The sender's: another one refuses it.</param>
    /// <param name="message">With updates of <see cref="SwimMessage.UpdateBudget"/> at most, it fits.</param>
    /// <exception cref="InvalidOperationException">It does not fit a datagram.</exception>
    public static void Write(IBufferWriter<byte> output, ClusterId cluster, SwimMessage message)
    {
        int size = FixedFields + message.Sender.Size;
        foreach (MemberUpdate update in message.Updates) size += update.Size;
        if (Frame.HeaderSize + size > MaxDatagram)
            throw new InvalidOperationException($"A message of {Frame.HeaderSize + size} bytes does not fit a datagram of {MaxDatagram}.");

        var frame = new FrameWriter(output, MessageType.Swim, size);
        frame.Byte(Version);
        frame.UInt64(cluster.Value);
        frame.Byte((byte)message.Kind);
        frame.UInt64(message.To.Value);
        frame.UInt32(message.Sequence);
        frame.UInt64(message.Target.Value);
        Write(ref frame, message.Sender);
        frame.Byte((byte)message.Updates.Count);
        foreach (MemberUpdate update in message.Updates) Write(ref frame, update);
        frame.End();
    }

    /// <summary>Reads one datagram, which may be anybody's.</summary>
    /// <param name="datagram">As it came.</param>
    /// <param name="cluster">The receiver's; null where it is in none yet, and then every message is of another.</param>
    /// <returns>Null where it is of another cluster.</returns>
    /// <exception cref="ProtocolException">It is no message of this version.</exception>
    public static SwimMessage? Read(ReadOnlySpan<byte> datagram, ClusterId? cluster)
    {
        bool isWhole = Frame.TryRead(datagram, MaxDatagram, out Frame frame, out int size);
        if (!isWhole || size != datagram.Length) throw new ProtocolException("a datagram is not exactly one frame");
        if (frame.Type != MessageType.Swim) throw new ProtocolException($"unexpected message of type {(byte)frame.Type} in a datagram");
        return ReadBody(frame.Body, cluster);
    }

    /// <inheritdoc cref="Read"/>
    public static SwimMessage? ReadBody(ReadOnlySpan<byte> body, ClusterId? cluster)
    {
        var reader = new BodyReader(body);
        byte version = reader.Byte();
        if (version != Version) throw new ProtocolException($"unknown version {version} of gossip");
        if (new ClusterId(reader.UInt64()) != cluster) return null;

        var kind = (SwimMessageKind)reader.Byte();
        if (kind is < SwimMessageKind.Ping or > SwimMessageKind.Pull) throw new ProtocolException($"unknown gossip {(byte)kind}");
        var to = new NodeId(reader.UInt64());
        uint sequence = reader.UInt32();
        var target = new NodeId(reader.UInt64());
        MemberUpdate sender = ReadUpdate(ref reader);
        if (sender.State is not (MemberState.Alive or MemberState.Left)) throw new ProtocolException($"a sender that is {sender.State}");
        var updates = new MemberUpdate[reader.Byte()];
        for (int i = 0; i < updates.Length; i++) updates[i] = ReadUpdate(ref reader);
        reader.End();
        return new SwimMessage(kind, sender, to, sequence, target, updates);
    }

    /// <summary>As many bytes as <see cref="MemberUpdate.Size"/> says.</summary>
    private static void Write(ref FrameWriter frame, MemberUpdate update)
    {
        Member member = update.Member;
        MemberCodec.WriteHead(ref frame, member);
        frame.UInt64(update.Incarnation.Value);
        frame.Byte((byte)update.State);
        frame.UInt64(update.From.Value);
        MemberCodec.WriteTexts(ref frame, member);
    }

    private static MemberUpdate ReadUpdate(ref BodyReader reader)
    {
        (NodeId, int) head = MemberCodec.ReadHead(ref reader);
        var incarnation = new Incarnation(reader.UInt64());
        var state = (MemberState)reader.Byte();
        if (state is < MemberState.Alive or > MemberState.Left) throw new ProtocolException($"unknown state {(byte)state}");
        var from = new NodeId(reader.UInt64());
        Member member = MemberCodec.ReadTexts(ref reader, head);
        var update = new MemberUpdate(member, incarnation, state, from);
        return update.Size <= MemberUpdate.MaxSize ? update : throw new ProtocolException($"a member of {update.Size} bytes");
    }
}
