using System.Text;
using Quorate.Core.Membership;

namespace Quorate.Transport.Frames;

/// <summary>What every message says alike of a member, with what is its own between: id (8) and weight (4); name, zone and four addresses (texts).</summary>
internal static class MemberCodec
{
    public const int HeadSize = sizeof(ulong) + sizeof(int);

    /// <summary>Without the bytes of the texts.</summary>
    public const int Size = HeadSize + 6 * sizeof(uint);

    public static void WriteHead(ref FrameWriter frame, Member member)
    {
        frame.UInt64(member.Id.Value);
        frame.Int32(member.Weight);
    }

    public static void WriteTexts(ref FrameWriter frame, Member member)
    {
        frame.Text(member.Name);
        frame.Text(member.Zone);
        frame.Text(member.Endpoints.Peer);
        frame.Text(member.Endpoints.Resp);
        frame.Text(member.Endpoints.RespCluster);
        frame.Text(member.Endpoints.Http);
    }

    public static (NodeId Id, int Weight) ReadHead(scoped ref BodyReader reader)
    {
        var id = new NodeId(reader.UInt64());
        int weight = reader.Int32();
        return weight >= 1 ? (id, weight) : throw new ProtocolException($"a weight of {weight} is not allowed");
    }

    public static Member ReadTexts(scoped ref BodyReader reader, (NodeId Id, int Weight) head, Seat seat = default) => new(
        head.Id, reader.Text(), reader.Text(), head.Weight, new Endpoints(reader.Text(), reader.Text(), reader.Text(), reader.Text()), seat);

    public static int TextBytes(Member member)
    {
        Endpoints at = member.Endpoints;
        int bytes = 0;
        foreach (string text in (ReadOnlySpan<string>)[member.Name, member.Zone, at.Peer, at.Resp, at.RespCluster, at.Http]) bytes += Encoding.UTF8.GetByteCount(text);
        return bytes;
    }
}
