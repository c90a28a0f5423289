using System.Buffers;
using Quorate.Core.Messages;
using Quorate.Core.Placement;

namespace Quorate.Transport.Frames;

/// <summary>A clear of a keyspace, and what a replica did of it.</summary>
public static class ClearCodec
{
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + PartitionSet.Words * sizeof(ulong) + sizeof(uint);

    /// <summary>Writes the frame of a clear.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in ClearRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Clear, RequestHead.Size + Version.Size);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.Version(request.Version);
        frame.End();
    }

    /// <summary>Reads a clear's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no clear.</exception>
    public static ClearRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        Version version = reader.Version();
        reader.End();
        operation = head.Operation;
        return new ClearRequest(head.Keyspace, head.Epochs, version);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in ClearReply reply)
    {
        var frame = new FrameWriter(output, MessageType.ClearReply, ReplyFields);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Version(reply.Newest);
        foreach (ulong word in reply.Partitions) frame.UInt64(word);
        frame.UInt32(reply.Start);
        frame.End();
    }

    /// <summary>Reads the answer's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a clear.</exception>
    public static ClearReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var verdict = reader.Verdict();
        Version newest = reader.Version();
        PartitionSet partitions = default;
        for (int word = 0; word < PartitionSet.Words; word++) partitions[word] = reader.UInt64();
        uint start = reader.UInt32();
        reader.End();
        return new ClearReply(verdict, newest, partitions, start);
    }
}
