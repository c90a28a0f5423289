using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>A put of one entry (a write, a hint, a repair), and what a replica did of it.</summary>
public static class PutCodec
{
    /// <summary>Where the key of a client's write begins.</summary>
    internal const int NewKeyStart = RequestHead.Size + 1 + sizeof(uint);

    private const int RequestFields = RequestHead.Size + 1 + sizeof(ulong) + sizeof(uint) + EntryCodec.MaxHeadSize + sizeof(uint);
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + sizeof(uint);

    /// <summary>Writes the frame of a put.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in PutRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Put, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        WriteSource(ref frame, request);
        frame.Bytes(request.Key);
        EntryCodec.WriteEnd(ref frame, request.Entry);
    }

    /// <summary>Reads a put's body. Key and entry point into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no put.</exception>
    public static PutRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        HintFor hint = ReadSource(ref reader, out HybridTimestamp? under);
        ReadOnlySpan<byte> key = reader.Bytes();
        Entry entry = EntryCodec.Read(ref reader);
        if (entry.IsAbsent) throw new ProtocolException("a put has no entry");
        reader.End();
        operation = head.Operation;
        return new PutRequest(head.Keyspace, head.Epochs, key, entry, hint, under);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in PutReply reply)
    {
        var frame = new FrameWriter(output, MessageType.PutReply, ReplyFields);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Version(reply.By);
        frame.UInt32(reply.Start);
        frame.End();
    }

    /// <summary>Reads the answer's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a put.</exception>
    public static PutReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var reply = new PutReply(reader.Verdict(), reader.Version(), reader.UInt32());
        reader.End();
        return reply;
    }

    private static void WriteSource(ref FrameWriter frame, in PutRequest request)
    {
        HintFor hint = request.Hint;
        if (!hint.IsNone)
        {
            frame.Byte((byte)(hint.IsCounted ? Source.CountedHint : Source.UncountedHint));
            frame.UInt64(hint.Home.Value);
        }
        else if (request.Under is { } under)
        {
            frame.Byte((byte)Source.Repair);
            frame.UInt64(under.Value);
        }
        else
        {
            frame.Byte((byte)Source.New);
        }
    }

    private static HintFor ReadSource(scoped ref BodyReader body, out HybridTimestamp? under)
    {
        var source = (Source)body.Byte();
        under = source == Source.Repair ? new HybridTimestamp(body.UInt64()) : null;
        if (source is Source.New or Source.Repair) return default;
        if (source > Source.Repair) throw new ProtocolException($"unknown source of a put {(byte)source}");
        var hint = new HintFor(new NodeId(body.UInt64()), source == Source.CountedHint);
        return hint.IsNone ? throw new ProtocolException("a hint is for nobody") : hint;
    }

    private enum Source : byte
    {
        /// <summary>A client's write, or a hint handed over.</summary>
        New = 0,

        /// <summary>To be kept for the home replica (8) that follows.</summary>
        UncountedHint = 1,
        CountedHint = 2,

        /// <summary>From home replicas, whose lowest horizon (8) follows.</summary>
        Repair = 3,
    }
}
