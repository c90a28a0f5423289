using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;

namespace Quorate.Transport.Frames;

public static class PutCodec
{
    private const int RequestFields = RequestHead.Size + 1 + sizeof(ulong) + sizeof(uint) + EntryCodec.MaxHeadSize + sizeof(uint);
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + sizeof(uint);

    public static void Write(IBufferWriter<byte> output, OperationId operation, in PutRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Put, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        WriteHint(ref frame, request.Hint);
        frame.Bytes(request.Key);
        EntryCodec.WriteEnd(ref frame, request.Entry);
    }

    /// <exception cref="ProtocolException">It is no put.</exception>
    public static PutRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        HintFor hint = ReadHint(ref reader);
        ReadOnlySpan<byte> key = reader.Bytes();
        Entry entry = EntryCodec.Read(ref reader);
        if (entry.IsAbsent) throw new ProtocolException("a put has no entry");
        reader.End();
        operation = head.Operation;
        return new PutRequest(head.Keyspace, head.Epochs, key, entry, hint);
    }

    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in PutReply reply)
    {
        var frame = new FrameWriter(output, MessageType.PutReply, ReplyFields);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Version(reply.By);
        frame.UInt32(reply.Start);
        frame.End();
    }

    /// <exception cref="ProtocolException">It is no answer to a put.</exception>
    public static PutReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var reply = new PutReply(reader.Verdict(), reader.Version(), reader.UInt32());
        reader.End();
        return reply;
    }

    private static void WriteHint(ref FrameWriter frame, HintFor hint)
    {
        frame.Byte((byte)(hint.IsNone ? HintKind.None : hint.IsCounted ? HintKind.Counted : HintKind.Uncounted));
        if (!hint.IsNone) frame.UInt64(hint.Home.Value);
    }

    private static HintFor ReadHint(scoped ref BodyReader body)
    {
        var kind = (HintKind)body.Byte();
        if (kind == HintKind.None) return default;
        if (kind > HintKind.Counted) throw new ProtocolException($"unknown kind of hint {(byte)kind}");
        var hint = new HintFor(new NodeId(body.UInt64()), kind == HintKind.Counted);
        return hint.IsNone ? throw new ProtocolException("a hint is for nobody") : hint;
    }

    private enum HintKind : byte
    {
        None = 0,
        Uncounted = 1,
        Counted = 2,
    }
}
