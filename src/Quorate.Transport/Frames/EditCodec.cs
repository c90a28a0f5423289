using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Transport.Frames;

/// <summary>A read-modify-write on its way to the replica that runs it, and how it ended.</summary>
public static class EditCodec
{
    private const int RequestFields = RequestHead.Size + sizeof(uint) + OptionsCodec.Size + RegisterEditCodec.Size;
    private const int ReplyFields = sizeof(ulong) + OutcomeCodec.Size + 1 + Version.Size + sizeof(long) + EntryCodec.MaxHeadSize + sizeof(uint);

    /// <summary>Writes the frame of an edit.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in EditRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Edit, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.Bytes(request.Key);
        OptionsCodec.Write(ref frame, request.Options);
        RegisterEditCodec.WriteEnd(ref frame, request.Edit);
    }

    /// <summary>Reads an edit's body. Key and value point into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no edit.</exception>
    public static EditRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        ReadOnlySpan<byte> key = reader.Bytes();
        RequestOptions options = OptionsCodec.Read(ref reader);
        RegisterEdit edit = RegisterEditCodec.Read(ref reader);
        reader.End();
        operation = head.Operation;
        return new EditRequest(head.Keyspace, head.Epochs, key, edit, options);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in EditReply reply)
    {
        var frame = new FrameWriter(output, MessageType.EditReply, ReplyFields);
        frame.UInt64(operation.Packed);
        OutcomeCodec.Write(ref frame, reply.Outcome);
        frame.Bool(reply.Applied);
        frame.Version(reply.Version);
        frame.Int64(reply.Number);
        EntryCodec.WriteEnd(ref frame, reply.Previous);
    }

    /// <summary>Reads the answer's body. The previous entry points into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to an edit.</exception>
    public static EditReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        Outcome outcome = OutcomeCodec.Read(ref reader);
        bool applied = reader.Bool();
        Version version = reader.Version();
        long number = reader.Int64();
        Entry previous = EntryCodec.Read(ref reader);
        reader.End();
        return new EditReply(outcome, applied, previous, version, number);
    }
}
