using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;

namespace Quorate.Transport.Frames;

public static class PutCodec
{
    private const int RequestFields = RequestHead.Size + sizeof(uint) + EntryCodec.MaxHeadSize + sizeof(uint);
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + sizeof(uint);

    public static void Write(IBufferWriter<byte> output, OperationId operation, in PutRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Put, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.Bytes(request.Key);
        EntryCodec.WriteEnd(ref frame, request.Entry);
    }

    /// <exception cref="ProtocolException">It is no put.</exception>
    public static PutRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        ReadOnlySpan<byte> key = reader.Bytes();
        Entry entry = EntryCodec.Read(ref reader);
        if (entry.IsAbsent) throw new ProtocolException("a put has no entry");
        reader.End();
        operation = head.Operation;
        return new PutRequest(head.Keyspace, head.Epochs, key, entry);
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
}
