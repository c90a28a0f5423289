using System.Buffers;
using Quorate.Core.Messages;

namespace Quorate.Transport.Frames;

/// <summary>A count of live keys, and a replica's numbers.</summary>
public static class CountCodec
{
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + sizeof(uint);

    /// <summary>Writes the frame of a count.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in CountRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Count, RequestHead.Size);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.End();
    }

    /// <summary>Reads a count's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no count.</exception>
    public static CountRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        reader.End();
        operation = head.Operation;
        return new CountRequest(head.Keyspace, head.Epochs);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in CountReply reply)
    {
        var frame = new FrameWriter(output, MessageType.CountReply, ReplyFields + reply.Counts.Length * sizeof(int));
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Version(reply.Clear);
        frame.Int32(reply.Counts.Length);
        foreach (int count in reply.Counts) frame.Int32(count);
        frame.End();
    }

    /// <summary>Reads the answer's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a count.</exception>
    public static CountReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var verdict = reader.Verdict();
        Version clear = reader.Version();
        uint length = reader.UInt32();
        if (length != (uint)reader.Remaining / sizeof(int)) throw new ProtocolException($"{length} counts were announced and others came");
        var counts = new int[length];
        for (int i = 0; i < counts.Length; i++) counts[i] = reader.Int32();
        reader.End();
        return new CountReply(verdict, clear, counts);
    }
}
