using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Quorate.Core.Membership;
using Quorate.Core.Messages;

namespace Quorate.Transport.Frames;

/// <summary>
/// Hello, Welcome (a hello in answer) and Refused (a reason). A hello begins with its protocol versions, which are read
/// alone first: whatever a later version puts behind them, two that cannot talk can still say so.
/// </summary>
public static class HandshakeCodec
{
    /// <summary>A longer hello or refusal is refused: before the handshake nobody is trusted with more memory.</summary>
    public const int MaxSize = 256 * 1024;

    private const int FixedFields = 2 * sizeof(ushort) + 2 + sizeof(ulong) + 2 * sizeof(uint) + MemberCodec.Size + sizeof(uint);
    private const int MemberFields = MemberCodec.Size + sizeof(ulong) + sizeof(uint);

    /// <summary>Writes the frame of a hello, of either side.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="type"><see cref="MessageType.Hello"/> or <see cref="MessageType.Welcome"/>.</param>
    /// <param name="hello">Who says it, and what is to be agreed on.</param>
    public static void Write(IBufferWriter<byte> output, MessageType type, Hello hello)
    {
        Member member = hello.Member;
        int membersSize = sizeof(uint) + 1 + sizeof(ulong) + hello.Members.Sum(known => MemberFields + MemberCodec.TextBytes(known));
        var frame = new FrameWriter(output, type, FixedFields + MemberCodec.TextBytes(member) + Encoding.UTF8.GetByteCount(hello.Keyspaces) + membersSize);
        frame.UInt16(hello.LowestProtocol);
        frame.UInt16(hello.HighestProtocol);
        frame.Byte((byte)hello.Role);
        frame.Byte((byte)hello.Lane);
        frame.UInt64(hello.ClusterId);
        frame.UInt32(hello.Epoch);
        frame.UInt32(hello.Start);
        MemberCodec.WriteHead(ref frame, member);
        MemberCodec.WriteTexts(ref frame, member);
        frame.Text(hello.Keyspaces);
        frame.Bool(hello.WantsToReplace);
        frame.UInt64(hello.Lease.Value);
        frame.Int32(hello.Members.Length);
        foreach (Member known in hello.Members) WriteMember(ref frame, known);
        frame.End();
    }

    /// <summary>The versions at the head of any hello, also of one that is unreadable otherwise.</summary>
    /// <exception cref="ProtocolException">It is no hello.</exception>
    public static (ushort Lowest, ushort Highest) ReadProtocols(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        return (reader.UInt16(), reader.UInt16());
    }

    /// <summary>Reads all of a hello.</summary>
    /// <exception cref="ProtocolException">It is no hello of a version that this node speaks.</exception>
    public static Hello Read(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        ushort lowest = reader.UInt16();
        ushort highest = reader.UInt16();
        var role = (PeerRole)reader.Byte();
        if (role is < PeerRole.Node or > PeerRole.Client) throw new ProtocolException($"unknown role {(byte)role}");
        var lane = (Lane)reader.Byte();
        if (lane is < Lane.Data or > Lane.Bulk) throw new ProtocolException($"unknown lane {(byte)lane}");
        ulong clusterId = reader.UInt64();
        uint epoch = reader.UInt32();
        uint start = reader.UInt32();
        Member member = MemberCodec.ReadTexts(ref reader, MemberCodec.ReadHead(ref reader));
        var hello = new Hello(lowest, highest, role, lane, clusterId, epoch, member, start, reader.Text());
        bool wantsToReplace = reader.Bool();
        var lease = new NodeId(reader.UInt64());
        var members = ImmutableArray<Member>.Empty;
        uint announced = reader.UInt32();
        if (announced > (uint)(reader.Remaining / MemberFields)) throw new ProtocolException($"{announced} members were announced and fewer came");
        for (uint left = announced; left > 0; left--) members = members.Add(ReadMember(ref reader));
        reader.End();
        return hello with { Members = members, WantsToReplace = wantsToReplace, Lease = lease };
    }

    /// <summary>Writes the frame of a refusal.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="reason">In words, for people at the other side.</param>
    public static void WriteRefused(IBufferWriter<byte> output, string reason)
    {
        var frame = new FrameWriter(output, MessageType.Refused, sizeof(uint) + Encoding.UTF8.GetByteCount(reason));
        frame.Text(reason);
        frame.End();
    }

    /// <summary>Reads why the other side refused, in its words.</summary>
    /// <exception cref="ProtocolException">It is no refusal.</exception>
    public static string ReadRefused(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        string reason = reader.Text();
        reader.End();
        return reason;
    }

    private static void WriteMember(ref FrameWriter frame, Member member)
    {
        MemberCodec.WriteHead(ref frame, member);
        frame.UInt64(member.Seat.First.Value);
        frame.UInt32(member.Seat.Generation);
        MemberCodec.WriteTexts(ref frame, member);
    }

    private static Member ReadMember(ref BodyReader reader)
    {
        (NodeId, int) head = MemberCodec.ReadHead(ref reader);
        var seat = new Seat(new NodeId(reader.UInt64()), reader.UInt32());
        return MemberCodec.ReadTexts(ref reader, head, seat);
    }
}
